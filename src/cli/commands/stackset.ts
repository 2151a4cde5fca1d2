import { UsageError } from '../../core/model/errors.ts';
import type { ExitStatus } from '../exit.ts';

export { deploy as deployStackSets } from '../stack-sets/deploy.ts';
export { remove as removeStackSets } from '../stack-sets/remove.ts';
export { status as stackSetStatus } from '../stack-sets/status.ts';

/** `dhmc stackset` without a subcommand. */
export function stackSet(): Promise<ExitStatus> {
  return Promise.reject(
    new UsageError(
      'No subcommand given.',
      'Use dhmc stackset deploy, dhmc stackset status or dhmc stackset remove.',
    ),
  );
}
