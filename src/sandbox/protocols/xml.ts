/** The content of an XML response: text, a structure, or a list. Undefined members are left out. */
export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | readonly XmlValue[]
  | { readonly [name: string]: XmlValue };

// XML 1.0 allows only the control characters tab, newline and return. AWS writes the others as character references
// too.
const special = /[&<>"\u0000-\u0008\u000b\u000c\u000e-\u001f\r]/;
const specials = new RegExp(special, 'g');

export const escapeXml = (text: string): string =>
  special.test(text)
    ? text.replace(specials, (character) => {
        switch (character) {
          case '&':
            return '&amp;';
          case '<':
            return '&lt;';
          case '>':
            return '&gt;';
          case '"':
            return '&quot;';
          default:
            return `&#${character.charCodeAt(0)};`;
        }
      })
    : text;

/** The value as the content of an XML element. `item` is the element name of list items. */
export function xml(value: XmlValue, item: 'member' | 'item' = 'member'): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return escapeXml(value);
  if (typeof value !== 'object') return `${value}`;
  if (isList(value)) return value.map((each) => `<${item}>${xml(each, item)}</${item}>`).join('');
  let out = '';
  for (const name in value) {
    const member = value[name];
    if (member !== undefined) out += `<${name}>${xml(member, item)}</${name}>`;
  }
  return out;
}

const isList = (value: XmlValue): value is readonly XmlValue[] => Array.isArray(value);
