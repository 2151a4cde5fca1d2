/**
 * Reads JSON of any size as a stream: one document, or several in sequence. Elements of named lists are passed on one
 * by one, so memory never holds a whole report.
 */

export interface JsonVisitor {
  /** Functions that take the elements of a document's lists, by the name of the member. */
  readonly lists: Readonly<Record<string, (element: unknown) => void>>;
  /** Takes each document. The lists above are empty in it. */
  readonly document: (value: unknown) => void;
}

export interface JsonReader {
  /** Throws `SyntaxError` if the text is not JSON, and `ValueTooLarge`. */
  push(bytes: Buffer): void;
  /** Throws `SyntaxError` if the last document is incomplete. */
  end(): void;
}

/** A document without its lists, or an element of a list, is larger than the limit. */
export class ValueTooLarge extends Error {
  override readonly name = 'ValueTooLarge';
}

/** The limit, in bytes, for a document without its lists and for an element of a list. */
const maxValue = 100_000_000;

const code = {
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openList: 0x5b,
  backslash: 0x5c,
  closeList: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;
const isBlank = (byte: number): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** PowerShell writes a byte order mark at the beginning of files. */
const withoutMark = (bytes: Buffer): Buffer =>
  bytes.subarray(0, 3).equals(Buffer.of(0xef, 0xbb, 0xbf)) ? bytes.subarray(3) : bytes;

/** The depth of list elements in a document. */
const elementDepth = 2;

export function readJsonValues(
  { lists, document }: JsonVisitor,
  { most = maxValue }: { readonly most?: number } = {},
): JsonReader {
  /** The number of open objects and lists. */
  let depth = 0;
  let isInText = false;
  let isEscaped = false;
  /** The last string at the first level of a document, as written; `member` is the member whose value is being read. */
  let text: number[] = [];
  let member = '';
  let takeElement: ((element: unknown) => void) | null = null;
  /** In a list: what must follow, an element, or a comma or the end. */
  let due: 'first' | 'element' | 'separator' = 'first';
  /** The bytes of the document so far, without list elements; `ofElement` has those of the present element. */
  let ofDocument: Buffer[] = [];
  let ofElement: Buffer[] = [];
  let held = 0;

  let isBegun = false;
  let chunk: Buffer = Buffer.alloc(0);
  /** Where the present value begins in the chunk; -1 if no value is being read. */
  let from = -1;

  const push = (part: Buffer): void => {
    held += part.length;
    if (held > most) throw new ValueTooLarge();
    (takeElement === null ? ofDocument : ofElement).push(part);
  };
  const keep = (to: number): void => {
    if (from >= 0 && to > from) push(chunk.subarray(from, to));
  };
  /** Copies the rest of the present value, since the caller may reuse the chunk's memory. */
  const keepCopy = (to: number): void => {
    if (from >= 0 && to > from) push(Buffer.from(chunk.subarray(from, to)));
  };
  const parsed = (parts: readonly Buffer[]): unknown => {
    const [first] = parts;
    const whole = first !== undefined && parts.length === 1 ? first : Buffer.concat(parts);
    return JSON.parse(whole.toString('utf8')) as unknown;
  };

  const endDocument = (to: number): void => {
    keep(to);
    from = -1;
    document(parsed(ofDocument));
    ofDocument = [];
    held = 0;
  };
  const endElement = (to: number): void => {
    keep(to);
    from = -1;
    takeElement?.(parsed(ofElement));
    ofElement = [];
    held = 0;
    due = 'separator';
  };
  const openList = (at: number, take: (element: unknown) => void): void => {
    keepCopy(at + 1);
    from = -1;
    held = 0;
    takeElement = take;
    due = 'first';
  };
  const closeList = (at: number): void => {
    if (due === 'element') throw new SyntaxError('an element is missing');
    takeElement = null;
    from = at;
    held = ofDocument.reduce((sum, part) => sum + part.length, 0);
  };

  /** Handles a byte outside values, between documents or list elements. Returns whether the byte needs nothing more. */
  const between = (byte: number, at: number): boolean => {
    if (from >= 0) return false;
    if (isBlank(byte)) return true;
    if (takeElement === null) {
      from = at;
      return false;
    }
    if (byte === code.closeList) {
      closeList(at);
      return false;
    }
    if (due === 'separator') {
      if (byte !== code.comma) throw new SyntaxError('a comma is missing');
      due = 'element';
      return true;
    }
    from = at;
    return false;
  };

  /** Ends a number or a word, which does not have a closing mark, at the top level or as a list element. */
  const endBareValue = (byte: number, at: number): boolean => {
    if (takeElement === null) {
      if (depth > 0 || !isBlank(byte)) return false;
      endDocument(at);
      return true;
    }
    if (depth > elementDepth) return false;
    if (!isBlank(byte) && byte !== code.comma && byte !== code.closeList) return false;
    endElement(at);
    if (byte === code.comma) due = 'element';
    if (byte === code.closeList) closeList(at);
    return byte !== code.closeList;
  };

  const structure = (byte: number, at: number): void => {
    const isOfDocument = depth === 1 && takeElement === null;
    switch (byte) {
      case code.quote:
        isInText = true;
        if (isOfDocument) text = [];
        return;
      case code.colon:
        if (isOfDocument) member = Buffer.from(text).toString('utf8');
        return;
      case code.openList: {
        const take = isOfDocument && Object.hasOwn(lists, member) ? lists[member] : undefined;
        depth += 1;
        if (take !== undefined) openList(at, take);
        return;
      }
      case code.openObject:
        depth += 1;
        return;
      case code.comma:
        if (isOfDocument) member = '';
        return;
      case code.closeList:
      case code.closeObject:
        depth -= 1;
        if (depth < 0) throw new SyntaxError('more is closed than was opened');
        if (takeElement !== null && depth === elementDepth) endElement(at + 1);
        else if (takeElement === null && depth === 0) endDocument(at + 1);
    }
  };

  const inText = (byte: number, at: number): void => {
    if (isEscaped) isEscaped = false;
    else if (byte === code.backslash) isEscaped = true;
    else if (byte === code.quote) {
      isInText = false;
      if (depth === 0) endDocument(at + 1);
      return;
    }
    if (depth === 1 && text.length < 64) text.push(byte);
  };

  return {
    push: (bytes) => {
      chunk = isBegun ? bytes : withoutMark(bytes);
      isBegun ||= bytes.length > 0;
      if (from >= 0) from = 0;
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at] ?? 0;
        if (isInText) inText(byte, at);
        else if (!between(byte, at) && !endBareValue(byte, at)) structure(byte, at);
      }
      keepCopy(chunk.length);
    },
    end: () => {
      chunk = Buffer.alloc(0);
      if (isInText || depth > 0) throw new SyntaxError('the end is missing');
      if (from >= 0) endDocument(0);
    },
  };
}
