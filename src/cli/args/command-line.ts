/** The command lines that continue or undo a run, to be run from the same place. */
import type { Scope } from '../../core/model/scope.ts';
import type { RunSettings } from '../../core/record/events.ts';
import { defaultDhmcRole, type OptionName } from './options.ts';
import { defaultRoleName } from './access-options.ts';
import { describeCommandLine } from './parse.ts';
import type { Given } from './resolve.ts';

/** Options for reaching the accounts that the journal does not record. */
const notKept = [
  'config',
  'state-dir',
  'profile',
  'external-id',
  'session-tag',
  'source-identity',
  'session-duration',
  'no-session-policy',
] as const satisfies readonly OptionName[];

/** The command, with those options of this command line that it needs again; secrets are shown as `***`. */
export const followUpCommand = (words: readonly string[], given: Given): string =>
  describeCommandLine([...words, ...wordsOf(notKept, given)]);

const wordsOf = (names: readonly OptionName[], given: Given): readonly string[] =>
  names.flatMap((name) =>
    (given.get(name) ?? []).flatMap((value) =>
      value === null ? [`--${name}`] : optionWithValue(name, value),
    ),
  );

/** A value that starts with a hyphen is joined to its option: on its own it would count as another option. */
const optionWithValue = (name: OptionName, value: string): readonly string[] =>
  value.startsWith('-') ? [`--${name}=${value}`] : [`--${name}`, value];

/** The command that resumes a run. Between waves it waits for instances as this command does. */
export const resumeCommand = (run: string, given: Given): string =>
  followUpCommand(['resume', run, ...wordsOf(['wave-coverage'], given)], given);

const ofDryRuns = / (?:--(?:dry-run|preflight|check|yes)|-y)(?= |$)/g;

/**
 * The command that applies a dry run of this command line, after a prompt; null if `--dry-run` came from elsewhere,
 * such as a variable. `run`: the run that it rolls back or resumes. It replaces a missing operand or `latest`, since
 * another run may be the latest by then.
 */
export function applyingCommand(
  commandLine: string,
  { run, operand }: { readonly run: string | null; readonly operand: string | undefined },
): string | null {
  if (!/ --dry-run(?= |$)/.test(commandLine)) return null;
  const applying = commandLine.replaceAll(ofDryRuns, '');
  if (run === null || (operand !== undefined && operand !== 'latest')) return applying;
  return operand === undefined
    ? applying.replace(/ (?:rollback|resume)(?= |$)/, `$& ${run}`)
    : applying.replace(/ latest(?= |$)/, ` ${run}`);
}

/** The `coverage` or `enable` command for exactly this scope. */
export function commandOfScope(
  command: 'coverage' | 'enable',
  { accounts, regions }: Scope,
  { roleNames, homeRegion, dhmcRole }: Pick<RunSettings, 'roleNames' | 'homeRegion' | 'dhmcRole'>,
  given: Given,
): string {
  const each = (name: OptionName, values: readonly string[]): readonly string[] =>
    values.flatMap((value) => optionWithValue(name, value));
  return describeCommandLine([
    command,
    ...(accounts.org ? ['--org'] : []),
    ...each('ou', accounts.ous),
    ...each('account', accounts.accounts),
    ...each(
      'tag',
      accounts.tags.map(({ key, value }) => `${key}=${value}`),
    ),
    ...each('exclude-ou', accounts.excludeOus),
    ...each('exclude-account', accounts.excludeAccounts),
    ...each('region', regions.regions ?? []),
    ...each('exclude-region', regions.excludeRegions),
    ...(dhmcRole === defaultDhmcRole ? [] : ['--dhmc-role', dhmcRole]),
    ...(roleNames.join() === defaultRoleName ? [] : each('role-name', roleNames)),
    ...(homeRegion === null ? [] : ['--home-region', homeRegion]),
    ...wordsOf(
      notKept.filter((name) => command === 'enable' || name !== 'state-dir'),
      given,
    ),
    ...(command === 'enable' ? ['--dry-run'] : []),
  ]);
}
