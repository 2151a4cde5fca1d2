/** JSON that is read in parts, compared with JSON.parse of the whole. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJsonValues, ValueTooLarge } from '../../../src/core/validation/json-values.ts';
import { caseCount } from '../../support/cases.ts';

interface Seen {
  readonly documents: unknown[];
  readonly elements: unknown[];
}

/** Reads the text in parts of `size` bytes. */
function read(text: string, size: number, most?: number): Seen {
  const seen: Seen = { documents: [], elements: [] };
  const reader = readJsonValues(
    {
      lists: { rows: (element) => void seen.elements.push(element) },
      document: (value) => void seen.documents.push(value),
    },
    most === undefined ? {} : { most },
  );
  const bytes = Buffer.from(text);
  // Every part uses the same buffer, as a file reader does.
  const place = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size)
    reader.push(place.subarray(0, bytes.copy(place, 0, at, at + size)));
  reader.end();
  return seen;
}

const head = { schema: 's', rows: [], more: { rows: [1, { rows: [2] }] } };

test.each<[string, string, Seen]>([
  ['nothing', ' \n', { documents: [], elements: [] }],
  [
    'a list whose elements are read one by one',
    '{"schema":"s","rows":[{"a":"]}"},[2],"x\\"y",-3e1,null],"more":{"rows":[1,{"rows":[2]}]}}',
    { documents: [head], elements: [{ a: ']}' }, [2], 'x"y', -30, null] },
  ],
  [
    'blanks everywhere',
    ' { "rows" : [ 1 , 2 ] } ',
    { documents: [{ rows: [] }], elements: [1, 2] },
  ],
  ['an empty list', '{"rows":[ ]}', { documents: [{ rows: [] }], elements: [] }],
  [
    'lines',
    '{"a":1}\r\n{"rows":[7]}\n3\n"b"\n[4]\n',
    {
      documents: [{ a: 1 }, { rows: [] }, 3, 'b', [4]],
      elements: [7],
    },
  ],
  [
    'a text that equals the name of the list',
    '{"a":"rows","b":["rows",[1]]}',
    {
      documents: [{ a: 'rows', b: ['rows', [1]] }],
      elements: [],
    },
  ],
  [
    'characters of more than one byte',
    '{"rows":["é€😀"],"ü":"ß"}',
    {
      documents: [{ rows: [], ü: 'ß' }],
      elements: ['é€😀'],
    },
  ],
  [
    'a member with the name of an object’s own property',
    '{"constructor":[1],"__proto__":[2]}',
    {
      documents: [JSON.parse('{"constructor":[1],"__proto__":[2]}')],
      elements: [],
    },
  ],
])('reads %s', (_, text, expected) => {
  for (const size of [1, 3, 1000]) expect(read(text, size)).toEqual(expected);
});

test.each([
  ['a list that is cut off', '{"rows":[1,2'],
  ['a text that is cut off', '{"a":"b'],
  ['a document that is cut off', '{"a":'],
  ['a trailing comma', '{"rows":[1,]}'],
  ['a leading comma', '{"rows":[,1]}'],
  ['a missing comma', '{"rows":[1 2]}'],
  ['a missing comma after an object', '{"rows":[{}{}]}'],
  ['a list that is closed as an object', '{"rows":[1}}'],
  ['an empty list that is closed as an object', '{"rows":[}}'],
  ['an object that is closed as a list', '{"rows":[{]]}'],
  ['a brace that was not opened', '{"a":1}}'],
  ['an unknown word', '{"rows":[yes]}'],
  ['text that is not JSON', 'rows: []'],
])('refuses %s', (_, text) => {
  for (const size of [1, 1000]) expect(() => read(text, size)).toThrow(SyntaxError);
});

test('skips a byte order mark at the beginning only', () => {
  expect(read('\uFEFF{"rows":[1]}', 10)).toEqual({ documents: [{ rows: [] }], elements: [1] });
  expect(() => read('{"rows":[1]}\uFEFF', 100)).toThrow(SyntaxError);
});

test('refuses a document or an element that exceeds the limit', () => {
  const many = JSON.stringify({ rows: Array.from({ length: 100 }, (_, at) => at) });
  expect(read(many, 10, 20).elements).toHaveLength(100);
  expect(() => read(JSON.stringify({ rows: ['x'.repeat(30)] }), 10, 20)).toThrow(ValueTooLarge);
  expect(() => read(JSON.stringify({ a: 'x'.repeat(30) }), 10, 20)).toThrow(ValueTooLarge);
});

test('agrees with JSON.parse on any JSON in parts of any size', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ a: fc.jsonValue(), rows: fc.array(fc.jsonValue()), z: fc.jsonValue() })),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom(undefined, 1),
      (documents, size, indent) => {
        const text = documents.map((one) => JSON.stringify(one, null, indent)).join('\n');
        const plain = JSON.parse(JSON.stringify(documents)) as typeof documents;
        expect(read(text, size)).toEqual({
          documents: plain.map((one) => ({ ...one, rows: [] })),
          elements: plain.flatMap(({ rows }) => rows),
        });
      },
    ),
    { numRuns: caseCount(500) },
  );
});
