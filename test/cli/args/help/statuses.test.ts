import { describe, expect, it } from 'vitest';
import { allStatuses, statusesOf } from '../../../../src/cli/args/help/statuses.ts';
import { commands } from '../../../../src/cli/commands/index.ts';
import type { OptionName } from '../../../../src/cli/args/options.ts';

const numbers = (name: string, options: readonly OptionName[]): readonly number[] =>
  statusesOf(name, { options }).map(([status]) => status);

describe('the exit statuses of a command', () => {
  it.each<[string, readonly OptionName[], readonly number[]]>([
    ['enable', ['yes', 'check'], [0, 1, 2, 64, 130]],
    ['rollback', ['yes'], [0, 1, 64, 130]],
    ['status', ['check'], [0, 1, 2, 64, 130]],
    ['config show', ['check'], [0, 1, 64]],
    ['policy caller', [], [0, 1, 64]],
    ['runs show', [], [0, 1, 64]],
    ['doctor', [], [0, 1, 2, 64, 130]],
    ['sandbox', [], [0, 64]],
  ])('are right for %s with %j: %j', (name, options, expected) => {
    expect(numbers(name, options)).toEqual(expected);
  });

  it('are all in the list of the manual page, in order', () => {
    const all = allStatuses.map(([status]) => status);
    expect(all).toEqual([...all].sort((one, other) => one - other));
    for (const { name, options } of commands)
      for (const status of numbers(name, options)) expect(all).toContain(status);
  });
});
