import { runInEnvironment } from '../support/in-process.ts';
import type { Program } from './sweep.ts';

/** Runs the commands after a kill in this process; one at a time. */
export const inThisProcess: Program = async (args, env) => {
  const { status, stdout, stderr } = await runInEnvironment(args, env);
  return { status, signal: null, output: stdout + stderr };
};
