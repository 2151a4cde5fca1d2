/** Writes HCL, Terraform's language, in the format of `terraform fmt`. */
import { escapeControls } from '../escape.ts';
import type { Json } from '../../core/templates/template.ts';

/** An attribute; its value is an expression of one or more lines. */
export interface Attribute {
  readonly kind: 'attribute';
  readonly name: string;
  readonly value: string;
}

export interface Block {
  readonly kind: 'block';
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: readonly Item[];
}

export type Item =
  Attribute | Block | { readonly kind: 'comment'; readonly lines: readonly string[] };

export const attribute = (name: string, value: string): Attribute => ({
  kind: 'attribute',
  name,
  value,
});
export const block = (type: string, labels: readonly string[], body: readonly Item[]): Block => ({
  kind: 'block',
  type,
  labels,
  body,
});
export const comment = (...lines: readonly string[]): Item => ({ kind: 'comment', lines });

/** A quoted string without interpolation. */
export const quoted = (text: string): string =>
  JSON.stringify(text).replace(/\$\{/g, '$$${').replace(/%\{/g, '%%{');

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** Plain data as an expression. Lists of strings stay on one line if they fit. */
export function expression(value: Json, indent = ''): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object') return String(value);
  const inner = `${indent}  `;
  if (isList(value)) {
    const items = value.map((item) => expression(item, inner));
    const line = `[${items.join(', ')}]`;
    if (value.every((item) => typeof item !== 'object') && indent.length + line.length <= 90) {
      return line;
    }
    return `[\n${items.map((item) => `${inner}${item},\n`).join('')}${indent}]`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  const members = entries.map(([name, member]) =>
    attribute(/^[A-Za-z_][\w-]*$/.test(name) ? name : quoted(name), expression(member, inner)),
  );
  return `{\n${aligned(members, inner)}${indent}}`;
}

/** One attribute per line; the equals signs of neighboring one-line attributes are aligned. */
function aligned(attributes: readonly Attribute[], indent: string): string {
  const isLine = ({ value }: Attribute): boolean => !value.includes('\n');
  let text = '';
  for (let start = 0; start < attributes.length;) {
    let end = start + 1;
    const first = attributes[start];
    if (first === undefined) break;
    if (isLine(first)) {
      for (let next = attributes[end]; next !== undefined && isLine(next); next = attributes[end]) {
        end++;
      }
    }
    const group = attributes.slice(start, end);
    const width = Math.max(...group.map(({ name }) => name.length));
    for (const { name, value } of group) {
      text += `${indent}${name.padEnd(width)} = ${value}\n`;
    }
    start = end;
  }
  return text;
}

function written(items: readonly Item[], indent: string): string {
  let text = '';
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (item === undefined) break;
    const before = items[index - 1];
    // A comment belongs to the next item; blank lines separate blocks from other items.
    const apart =
      before !== undefined &&
      before.kind !== 'comment' &&
      (item.kind !== 'attribute' || before.kind !== 'attribute');
    if (apart) text += '\n';
    switch (item.kind) {
      case 'comment':
        text += item.lines.map((line) => `${indent}${commentLine(line)}\n`).join('');
        break;
      case 'block': {
        const head = [item.type, ...item.labels.map(quoted)].join(' ');
        const body = written(item.body, `${indent}  `);
        text += `${indent}${head} {${body === '' ? '' : `\n${body}${indent}`}}\n`;
        break;
      }
      case 'attribute': {
        const group: Attribute[] = [];
        for (let next = items[index]; next?.kind === 'attribute'; next = items[index]) {
          group.push(next);
          index++;
        }
        index--;
        text += aligned(group, indent);
        break;
      }
    }
  }
  return text;
}

/** A comment may contain untrusted text, so it is escaped to stay on one line. */
const commentLine = (line: string): string => `# ${escapeControls(line)}`.trimEnd();

/** A file: its head as comments, then its items. */
export const hclFile = (head: readonly string[], items: readonly Item[]): string =>
  `${head.map(commentLine).join('\n')}\n\n${written(items, '')}`;
