import { UsageError } from '../../core/model/errors.ts';
import { scripts, type Shell } from '../completion/scripts.ts';
import { exitStatuses, type ExitStatus } from '../exit.ts';
import type { Invocation } from '../args/command.ts';

export const shells = Object.keys(scripts) as readonly Shell[];

/** `dhmc completion SHELL`: prints the script that calls `dhmc` for completions. */
export async function completion({ operands, terminal }: Invocation): Promise<ExitStatus> {
  const [name] = operands;
  const shell = shells.find((candidate) => candidate === name);
  if (shell === undefined) {
    throw new UsageError(
      name === undefined ? 'No shell given.' : `Unknown shell "${name}".`,
      `Choose from ${shells.join(', ')}.`,
    );
  }
  await terminal.write(scripts[shell]);
  return exitStatuses.ok;
}
