import { UsageError } from '../../core/model/errors.ts';
import { runSandbox } from '../../sandbox/index.ts';
import type { ExitStatus } from '../exit.ts';
import type { Invocation } from '../args/command.ts';

/** `dhmc sandbox [-- COMMAND …]`: with a command, its exit status is that of the command. */
export async function sandbox({
  options,
  rest,
  environment,
  terminal,
}: Invocation): Promise<ExitStatus> {
  const { accounts, seed, fleet, world, like, latency, port } = options.values;
  const printWorld = options.values['print-world'];
  if (world !== undefined && accounts !== undefined) {
    throw new UsageError(
      '--world cannot be combined with --accounts.',
      'Leave out one of the two: a world has its own accounts.',
    );
  }
  if (fleet !== undefined && accounts === undefined) {
    throw new UsageError(
      '--fleet needs --accounts.',
      'Add --accounts N: only a generated organization takes a number of instances.',
    );
  }
  try {
    return await runSandbox({
      options: {
        ...(accounts === undefined ? {} : { accounts }),
        ...(seed === undefined ? {} : { seed }),
        ...(fleet === undefined ? {} : { instances: fleet }),
        ...(world === undefined ? {} : { world }),
        ...(like === undefined ? {} : { like }),
        ...(latency === undefined ? {} : { latencyMs: latency }),
        ...(port === undefined ? {} : { port }),
        printWorld,
      },
      command: rest,
      stdout: terminal,
      stderr: process.stderr,
      signals: process,
      environment,
    });
  } catch (error) {
    if (error instanceof Error && 'hint' in error && typeof error.hint === 'string')
      throw new UsageError(error.message, error.hint);
    throw error;
  }
}
