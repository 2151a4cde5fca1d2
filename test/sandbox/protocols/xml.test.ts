import { expect, it } from 'vitest';
import { escapeXml, xml } from '../../../src/sandbox/protocols/xml.ts';

it.each([
  ['a', 'a'],
  ['<&>"', '&lt;&amp;&gt;&quot;'],
  ['\u0001\r\n\t', '&#1;&#13;\n\t'],
])('escapes the text %j as %s', (text, expected) => {
  expect(escapeXml(text)).toBe(expected);
});

it.each([
  [undefined, ''],
  [5, '5'],
  [false, 'false'],
  [{ A: 'x', B: undefined }, '<A>x</A>'],
  [{ L: ['a', { B: 1 }] }, '<L><member>a</member><member><B>1</B></member></L>'],
  [{ L: [] }, '<L></L>'],
])('writes %j as %s', (value, expected) => {
  expect(xml(value)).toBe(expected);
});

it('writes a list of EC2 with items', () => {
  expect(xml({ L: ['a'] }, 'item')).toBe('<L><item>a</item></L>');
});
