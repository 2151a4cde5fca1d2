import type { ExitStatus } from '../exit.ts';
import type { Invocation } from '../program.ts';

export async function doctor(invocation: Invocation): Promise<ExitStatus> {
  await Promise.resolve(invocation);
  throw new Error('not built yet');
}
