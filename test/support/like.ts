/**
 * The sandbox for tests of the program: with `DHMC_LIKE`, it behaves as that proof observed, except for what a test
 * sets itself.
 */
import { startSandbox as start, type Sandbox, type StartOptions } from '../../src/sandbox/index.ts';
import { readLike } from '../../src/sandbox/like.ts';

const like = process.env['DHMC_LIKE'] ?? '';

export async function startSandbox(options: StartOptions): Promise<Sandbox> {
  if (like === '') return start(options);
  const { world } = options;
  return start({
    ...options,
    world: { ...world, behavior: { ...(await readLike(like)), ...world.behavior } },
  });
}
