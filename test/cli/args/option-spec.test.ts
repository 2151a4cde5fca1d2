import { describe, expect, it } from 'vitest';
import { list, readListItem, type List } from '../../../src/cli/args/option-spec.ts';

const spec = (split: List<unknown>['split']): List<unknown> =>
  list({
    group: 'Scope',
    help: 'values',
    metavar: 'x',
    split,
    parse: (value) => ({ ok: true, value }),
  });

describe('readListItem', () => {
  it.each<[List<unknown>['split'], string, readonly string[]]>([
    ['comma', 'a, b ,,c', ['a', 'b', 'c']],
    ['comma', '', ['']],
    ['comma', ' , ', ['']],
    ['pairs', 'a=1,b=2', ['a=1', 'b=2']],
    ['pairs', 'a=1,2,b=3,4', ['a=1,2', 'b=3,4']],
    ['pairs', 'a=x=y,z=', ['a=x=y', 'z=']],
    ['whole', 'Acme, Inc.', ['Acme, Inc.']],
    ['single', 'a,b=c', ['a,b=c']],
  ])('with the split %s makes %j into %j', (split, text, parts) => {
    expect(readListItem(spec(split), text)).toEqual(parts);
  });
});
