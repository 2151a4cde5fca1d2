/** The organization's stack sets over the SDK. Its client is loaded with the first call. */
import type { StackSetsAccess } from '../../run/stack-sets-access.ts';
import { stackSetCalls, type StackSetOptions } from './calls.ts';
import { stackSetReads } from './reads.ts';
import { stackSetWrites } from './writes.ts';

export const openStackSets = (options: StackSetOptions): StackSetsAccess => {
  const calls = stackSetCalls(options);
  return { ...stackSetReads(options, calls), ...stackSetWrites(calls) };
};
