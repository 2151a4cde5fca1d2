import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../../src/cli/args/config/document.ts';

const members = (text: string, language: 'json' | 'yaml' = 'yaml') => {
  const read = readDocument(text, language);
  if ('fault' in read) throw new Error(read.fault.complaint);
  return read.members;
};

describe('a configuration file as data', () => {
  it('keeps line numbers, and scalars as they are written', () => {
    expect(members('a: 012345678901\nb:\n  - 1.50\n  - x\nc: { d: 0x1F }\n')).toEqual([
      {
        name: 'a',
        line: 1,
        value: { kind: 'scalar', value: 12345678901, written: '012345678901', line: 1 },
      },
      {
        name: 'b',
        line: 2,
        value: {
          kind: 'list',
          line: 3,
          items: [
            { kind: 'scalar', value: 1.5, written: '1.50', line: 3 },
            { kind: 'scalar', value: 'x', written: 'x', line: 4 },
          ],
        },
      },
      {
        name: 'c',
        line: 5,
        value: {
          kind: 'map',
          line: 5,
          members: [
            {
              name: 'd',
              line: 5,
              value: { kind: 'scalar', value: 31, written: '0x1F', line: 5 },
            },
          ],
        },
      },
    ]);
  });

  it.each(['', '# nothing', 'null', '~'])('has no members if it contains only %j', (text) => {
    expect(members(text)).toEqual([]);
  });

  it('has the line of the name for a member without a value', () => {
    expect(members('\n\na:\n')).toMatchObject([
      { name: 'a', line: 3, value: { kind: 'scalar', value: null, line: 3 } },
    ]);
  });

  it('is not read deeper than an option needs', () => {
    const [a] = members('a: { b: { c: { d: { e: 1 } } } }');
    expect(JSON.stringify(a)).toContain('"name":"d"');
    expect(JSON.stringify(a)).not.toContain('"name":"e"');
  });

  it.each([
    ['{"a": 1}', 'whole'],
    ['{"a": 1,}', 1],
    ['{\n"a": 1\n"b": 2}', 3],
    ['{"a": tru', 1],
    ['{"a": "x', 1],
    ['\n\n{', 3],
    ['[1, 2', 1],
  ])('with %j is valid JSON up to line %s', (text, line) => {
    const read = readDocument(text, 'json');
    if (line === 'whole') expect(read).toHaveProperty('members');
    else expect(read).toMatchObject({ fault: { line } });
  });
});
