import { runInEnvironment } from '../support/in-process.ts';
import type { Program } from './sweep.ts';

/** What follows a kill, without a process of its own; one at a time. */
export const inThisProcess: Program = async (args, env) => {
  const { status, stdout, stderr } = await runInEnvironment(args, env);
  return { status, signal: null, output: stdout + stderr };
};
