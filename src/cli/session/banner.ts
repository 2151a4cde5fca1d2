/** The first lines of a command: the caller, the organization, the endpoint if it is not AWS's own, and the scope. */
import type { Scope } from '../../core/model/scope.ts';
import type { Cloud } from '../../run/cloud.ts';
import type { Resolved } from '../args/resolve.ts';
import { describeScope, type ScopeDefaults } from '../args/scope.ts';
import { wrap } from '../../render/text-width.ts';
import { shown } from '../terminal/terminal.ts';

export function bannerLines(
  cloud: Cloud,
  {
    scope,
    runId,
    about,
    scopeDefaults,
  }: {
    readonly scope: Scope | null;
    readonly runId: string;
    readonly about: readonly [what: string, run: string] | null;
    readonly scopeDefaults?: ScopeDefaults | undefined;
  },
  {
    file,
    fileWasFound,
    overridden,
    origins: places,
  }: Pick<Resolved, 'file' | 'fileWasFound' | 'overridden' | 'origins'>,
  columns: number,
): string {
  const lines: [string, string][] = [
    [
      'Caller',
      cloud.caller.arn.includes(`:${cloud.caller.account}:`)
        ? cloud.caller.arn
        : `${cloud.caller.arn} (account ${cloud.caller.account})`,
    ],
    [
      'Organization',
      `${cloud.organization.id}, management account ${cloud.organization.managementAccount}, partition ${cloud.partition}`,
    ],
  ];
  if (cloud.endpoint !== null) lines.push(['Endpoint', `${cloud.endpoint} (not AWS's own)`]);
  if (file !== null)
    lines.push(['Config', fileWasFound ? `${file}, found in the working directory` : file]);
  if (about !== null) lines.push([...about]);
  if (scope !== null) {
    lines.push(['Scope', describeScope(scope, { origins: places }, scopeDefaults)]);
    if (overridden.length > 0) lines.push(['Not used', overridden.join(', ')]);
  }
  const [quietly] = (places.get('dry-run') ?? []).filter((place) => !place.startsWith('--'));
  if (quietly !== undefined)
    lines.push(['Dry run', `set by ${quietly}; DHMC_DRY_RUN=0 turns it off`]);
  lines.push(['Session', `dhmc-${runId}`]);
  const margin = ' '.repeat(14);
  return lines
    .map(
      ([name, text]) =>
        `${name}:`.padEnd(14) + wrap(shown(text), columns, margin).join('\n').trimStart(),
    )
    .join('\n');
}
