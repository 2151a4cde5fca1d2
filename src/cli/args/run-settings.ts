/** The options of a run that its journal records. */
import type { RunSettings } from '../../core/record/events.ts';
import { defaultConcurrency, defaultDhmcRole, type OptionValues } from './options.ts';
import { defaultRoleName } from './access-options.ts';
import type { Tag } from './parsers.ts';

export const tagRecord = (tags: readonly Tag[] | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries((tags ?? []).map((tag) => [tag.key, tag.value]));

export const settingsOf = (values: OptionValues): RunSettings => ({
  dhmcRole: values['dhmc-role'] ?? defaultDhmcRole,
  roleNames: [...new Set(values['role-name'] ?? [defaultRoleName])],
  overwrite: [...new Set(values.overwrite ?? [])],
  allowPrivilegedRole: values['allow-privileged-role'],
  deleteRole: values['delete-role'],
  assumeUnused: [...new Set(values['assume-unused'] ?? [])],
  permissionsBoundary: values['permissions-boundary'] ?? null,
  roleTags: tagRecord(values['role-tag']),
  concurrency: values.concurrency ?? defaultConcurrency,
  homeRegion: values['home-region'] ?? null,
  failureTolerance: values['failure-tolerance'] ?? null,
  waves: values.waves ?? null,
  ...(values['wave-first'] === undefined ? {} : { waveFirst: values['wave-first'] }),
  needsExternalId: values['external-id'] !== undefined,
});
