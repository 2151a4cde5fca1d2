/** A configuration file as data with line numbers. One parser reads YAML and JSON, since JSON is a subset of YAML. */
import {
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Alias,
  type Document,
  type Node,
} from 'yaml';

/**
 * One member of the file: its name, value and line. Scalars keep their spelling, so that ids such as 012345678901 stay
 * intact.
 */
export interface Member {
  readonly name: string;
  readonly line: number;
  readonly value: ConfigValue;
}

export type ConfigValue =
  | {
      readonly kind: 'scalar';
      readonly value: unknown;
      readonly written: string;
      readonly line: number;
    }
  | { readonly kind: 'list'; readonly items: readonly ConfigValue[]; readonly line: number }
  | { readonly kind: 'map'; readonly members: readonly Member[]; readonly line: number };

/** Why the text cannot be read. Never quotes the text, which may contain a secret. */
export interface Fault {
  readonly line: number;
  readonly complaint: string;
}

/** The file's members in order, or why there are none. */
export type ReadDocument = { readonly members: readonly Member[] } | { readonly fault: Fault };

type LineAt = (offset: number | undefined) => number;

/** Reads a file's text. */
export function readDocument(text: string, language: 'json' | 'yaml'): ReadDocument {
  if (language === 'json') {
    const line = lineThatIsNoJson(text);
    if (line !== null)
      return {
        fault: {
          line,
          complaint:
            'not valid JSON. Check commas, quotes and brackets; only YAML allows comments and trailing commas.',
        },
      };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // At a quieter level, the parser would drop a second document without an error. Nothing is printed.
    logLevel: 'error',
    merge: false,
  });
  const [error] = [...document.errors, ...document.warnings];
  const lineAt: LineAt = (offset) =>
    offset === undefined ? 1 : Math.max(1, lines.linePos(offset).line);
  // The parser's messages quote the text after the colon.
  if (error !== undefined) {
    const [start] = error.pos;
    if (error.code === 'MULTIPLE_DOCS')
      return {
        fault: {
          line: lineAt(start),
          complaint: 'a second document begins here. A configuration file holds only one document.',
        },
      };
    const twice =
      error.code === 'DUPLICATE_KEY' ? (/^[\w-]+/.exec(text.slice(start))?.[0] ?? null) : null;
    if (twice !== null)
      return { fault: { line: lineAt(start), complaint: `${twice} appears twice.` } };
    const complaint = error.message
      .replace(/(: |, ).*$/s, '')
      .replace(/^./, (letter) => letter.toLowerCase());
    return { fault: { line: lineAt(error.pos[0]), complaint } };
  }
  const alias = firstAlias(document);
  if (alias !== null)
    return {
      fault: {
        line: lineAt(alias.range?.[0]),
        complaint: 'an alias (*name) is not allowed here. Write the value out.',
      },
    };
  const root = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) return { members: [] };
  if (!isMap(root))
    return { fault: { line: 1, complaint: 'the file must have options and their values.' } };
  const written = readNode(root, lineAt, 1);
  return { members: written.kind === 'map' ? written.members : [] };
}

/** With aliases, a small file can expand to a huge one. */
function firstAlias(document: Document): Alias | null {
  const found: Alias[] = [];
  visit(document, {
    Alias(_, node) {
      found.push(node);
      return visit.BREAK;
    },
  });
  return found[0] ?? null;
}

/** Options, their values, and the parts of values: no option takes anything nested deeper. */
const deepest = 3;

function readNode(node: unknown, lineAt: LineAt, otherwise: number, depth = 0): ConfigValue {
  const offset = (node as Node | null)?.range?.[0];
  const line = offset === undefined ? otherwise : lineAt(offset);
  if (depth > deepest) return { kind: 'scalar', value: null, written: '', line };
  if (isMap(node)) {
    const members = node.items.map(({ key, value }): Member => {
      const at = lineAt((key as Node | null)?.range?.[0]);
      return {
        name: isScalar(key) ? String(key.value) : '',
        line: at,
        value: readNode(value, lineAt, at, depth + 1),
      };
    });
    return { kind: 'map', members, line };
  }
  if (isSeq(node))
    return {
      kind: 'list',
      items: node.items.map((item) => readNode(item, lineAt, line, depth + 1)),
      line,
    };
  if (!isScalar(node)) return { kind: 'scalar', value: null, written: '', line };
  const written = typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
  return { kind: 'scalar', value: node.value, written, line };
}

/**
 * The number of the first line after which the text cannot become JSON; null if all of it is JSON. The parser's own
 * messages quote the text, and do not always give a line.
 */
function lineThatIsNoJson(text: string): number | null {
  if (jsonUpTo(text) === 'whole') return null;
  const ends = [...text.matchAll(/\n|$/g)].map(({ index }) => index);
  let [good, bad] = [0, ends.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (jsonUpTo(text.slice(0, (ends[middle - 1] ?? 0) + 1)) === 'wrong') bad = middle;
    else good = middle;
  }
  return bad;
}

/** Whether a text is JSON, or could be the beginning of JSON. */
function jsonUpTo(text: string): 'whole' | 'unfinished' | 'wrong' {
  try {
    JSON.parse(text);
    return 'whole';
  } catch (error) {
    const { message } = error as SyntaxError;
    const position = /at position (\d+)/.exec(message)?.[1];
    return /^Unexpected end|^Unterminated/.test(message) || Number(position) >= text.length
      ? 'unfinished'
      : 'wrong';
  }
}
