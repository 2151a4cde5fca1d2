/** The source of a report: the program's version, the command line and the scope. */
import type { Scope } from '../../core/model/scope.ts';
import type { RunStarted } from '../../core/record/events.ts';
import type { ReportSource } from '../../render/index.ts';
import { defaultsOfRollback, describeScope, type ScopeDefaults } from '../args/scope.ts';
import type { Invocation } from '../args/command.ts';
import { describeCommandLine } from '../args/parse.ts';
import type { Given } from '../args/resolve.ts';
import { version } from '../version.ts';

/** The source for a command that is running. */
export const sourceOfCommand = (
  { commandLine, options, given }: Pick<Invocation, 'commandLine' | 'options' | 'given'>,
  scope: Scope | null,
  defaults?: ScopeDefaults,
): ReportSource => ({
  version,
  command: commandLine,
  scope: scope === null ? 'as recorded in the run' : describeScope(scope, options, defaults),
  stateDir: stateDirOption(given),
});

/** The source for a run, from its journal. */
export const sourceOfRun = (started: RunStarted, given: Given): ReportSource => ({
  version: started.version,
  command: started.command,
  scope: describeScope(
    started.scope,
    { origins: new Map() },
    started.rollsBack === null ? {} : defaultsOfRollback,
  ),
  stateDir: stateDirOption(given),
});

function stateDirOption(given: Given): string {
  const [folder] = given.get('state-dir') ?? [];
  return typeof folder === 'string'
    ? describeCommandLine(['--state-dir', folder]).slice('dhmc'.length)
    : '';
}
