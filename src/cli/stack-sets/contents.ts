/** The contents of dhmc's stack sets: the templates of `dhmc template`, as JSON, with tags that name their owner. */
import { parseRoleName } from '../../core/iam/role-names.ts';
import type { Partition } from '../../core/model/model.ts';
import { partitionRegions } from '../../core/model/regions.ts';
import type { RunSettings } from '../../core/record/events.ts';
import {
  managedByStackSet,
  managedByTag,
  setTag,
  setVersionTag,
} from '../../core/stack-sets/stack-sets.ts';
import { needsNamedIam, stackSetTemplate } from '../../core/templates/cloudformation.ts';
import type { OnDelete } from '../../core/templates/template.ts';
import type { SetContents } from '../../run/stack-set-deployment.ts';
import { version } from '../version.ts';

/** The text of the template. */
export const templateOf = (
  of: 'role' | 'setting',
  settings: RunSettings,
  { partition, onDelete }: { readonly partition: Partition; readonly onDelete: OnDelete },
): string => {
  const role = parseRoleName(settings.dhmcRole);
  const { body } = stackSetTemplate(of, {
    rolePath: role.path,
    roleName: role.name,
    boundary: settings.permissionsBoundary,
    tags: settings.roleTags,
    mainRegion: settings.homeRegion ?? partitionRegions(partition).main,
    onDelete,
  });
  return JSON.stringify(body, null, 2);
};

export const contentsOf =
  (settings: RunSettings, partition: Partition) =>
  (of: 'role' | 'setting'): SetContents => ({
    description: `dhmc: the ${of} of Default Host Management Configuration`,
    template: templateOf(of, settings, { partition, onDelete: 'retain' }),
    tags: { [managedByTag]: managedByStackSet, [setTag]: of, [setVersionTag]: version },
    needsNamedIam: needsNamedIam(of),
  });
