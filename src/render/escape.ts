/**
 * Makes untrusted text harmless: account names, OU names, tags and AWS's messages may contain anything. Every renderer
 * uses the function for its format here. The JSON report keeps the text, with JSON's own escapes.
 */

import { partsOfProse, withoutCodeMarks } from '../core/problems/code-marks.ts';

/**
 * Characters that cannot be seen or that steer a terminal or a reader's eye, by Unicode's own properties: controls and
 * format characters, unassigned, private and lone surrogate code points, line separators, blanks other than the space, and
 * whatever Unicode lets a renderer ignore. U+2800 is the one blank that no property names. Joiners stay where they join:
 * emoji, and letters of scripts that have no case.
 */
const unseen = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu;

const signBefore = /(?:\p{Extended_Pictographic}\p{Emoji_Modifier}?|([\p{Lo}\p{M}]))$/u;
const signAfter = /^(?:\p{Extended_Pictographic}|([\p{Lo}\p{M}]))/u;

/** Whether the joiner at the offset joins two emoji, or two letters of a script without case. */
function joins(text: string, offset: number): boolean {
  if (!/[\u200C\u200D]/.test(text.charAt(offset))) return false;
  const before = signBefore.exec(text.slice(Math.max(0, offset - 4), offset));
  const after = signAfter.exec(text.slice(offset + 1, offset + 3));
  return (
    before !== null && after !== null && (before[1] === undefined) === (after[1] === undefined)
  );
}

/** Printable ASCII, which most texts are: nothing in it is unseen. */
const plain = /^[ -~]*$/;

const replaceUnseen = (text: string, escape: (character: string) => string): string =>
  plain.test(text)
    ? text
    : text.replace(unseen, (character: string, offset: number) =>
        joins(text, offset) ? character : escape(character),
      );

/**
 * What the log of a CI run would obey: GitHub's `::command::`, Azure's and TeamCity's `##name[`, GitLab's and Travis's
 * section markers. `::` before a digit, `*` or `aws:` is an ARN, and between the parts of a CloudFormation type a name.
 */
const command =
  /(?<!\bAWS(?:::(?:CloudFormation|EC2|IAM|Organizations|SSM))?)::(?=[a-z])(?!aws:)|##(?=\w*\[)|\b(?:section_(?:start|end)|travis_(?:fold|time)):/gi;

/** By code points: a minifier writes the characters themselves into the HTML page, and a tab has no place in it. */
const shortEscapes: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r' };

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return shortEscapes[code] ?? `\\u{${code.toString(16)}}`;
}

const jsonEscapes = (text: string): string =>
  Array.from(
    { length: text.length },
    (_, index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');

/** The same command with its last sign escaped, so that it is not one. */
const disarmed =
  (escape: (sign: string) => string) =>
  (marker: string): string =>
    `${marker.slice(0, -1)}${escape(marker.slice(-1))}`;

/**
 * One line of text in which everything can be seen and nothing is a command to a CI runner: what steers or hides is
 * written as `\n` or `\u{202e}`. Never throws.
 */
export const escapeControls = (text: string): string =>
  replaceUnseen(text, escapeCharacter).replace(command, disarmed(escapeCharacter));

/**
 * For JSON text: the same data, with what steers, hides or is a CI command written as `\\u` escapes; its own line breaks
 * stay. `::` is left alone: no line of JSON begins with it.
 */
export const forJson = (json: string): string =>
  replaceUnseen(json, (character) =>
    character === '\n' ? character : jsonEscapes(character),
  ).replace(command, (marker) => (marker === '::' ? marker : disarmed(jsonEscapes)(marker)));

/** For a terminal: no escape sequence, line break or change of direction gets through. */
export const escapeForTerminal = (text: string): string => escapeControls(text);

/**
 * For a CSV field: a text that a spreadsheet would take for a formula gets a leading apostrophe, the mark that
 * spreadsheets themselves use for "this is text".
 */
export const forCsv = (text: string): string => {
  const shown = escapeControls(text);
  return /^\s*[=+\-@|%＝＋－＠]/u.test(shown) ? `'${shown}` : shown;
};

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeMarkup = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? character);

/** For HTML text and quoted attribute values. */
export const forHtml = (text: string): string => escapeMarkup(escapeControls(text));

/** For XML 1.0 text and quoted attribute values: characters that XML forbids are shown as escapes. */
export const forXml = (text: string): string => escapeMarkup(escapeControls(text));

const numericEntity = (character: string): string => `&#${character.codePointAt(0) ?? 0};`;

/**
 * For running text in GitHub's and GitLab's Markdown, tables included: nothing in it is markup, a link, a mention, a
 * reference to an issue, or a formula.
 */
export const forMarkdown = (text: string): string =>
  escapeControls(text)
    // Indented text is code.
    .replace(/^ +/, '')
    // A mention or a reference is looked for in the text as it is shown, so a reference to the character would not hinder it.
    .replace(/[&<>"'\\`*_[\](){}|~$^!]|[@#](?=\w)|:(?=\/\/)|(?<=\bwww)\./g, (character) =>
      character === '@' || character === '#' ? `${character}<!-- -->` : numericEntity(character),
    )
    .replace(
      /^(\s*)([-+=]|\d+[.)])/u,
      (_, space: string, mark: string) =>
        `${space}${numericEntity(mark.slice(0, 1))}${mark.slice(1)}`,
    );

/** For Markdown as code, the form for names and AWS's messages: a code span where that can hold the text in a table too. */
export const forMarkdownCode = (text: string): string => {
  const shown = escapeControls(text);
  if (shown === '') return '';
  return /[`|\\<>]/.test(shown) || shown.trim() !== shown
    ? `<code>${shown.replace(/[&<>"'\\`*_[\]|~$!:@#]/g, numericEntity)}</code>`
    : `\`${shown}\``;
};

/** For our own sentences, in which commands and documents are between backticks: those become code. */
export const forMarkdownProse = (text: string): string =>
  partsOfProse(text)
    .map(({ text: part, isCode }) => {
      if (isCode) return forMarkdownCode(part);
      // Blanks at the ends do not indent here.
      const before = part.startsWith(' ') ? ' ' : '';
      const after = part.endsWith(' ') ? ' ' : '';
      return `${before}${forMarkdown(part.trim())}${after}`;
    })
    .join('');

/** The same for HTML. */
export const forHtmlProse = (text: string): string =>
  partsOfProse(text)
    .map((part) => (part.isCode ? `<code>${forHtml(part.text)}</code>` : forHtml(part.text)))
    .join('');

/** The same for a terminal, XML and CSV, which have no code: the marks are left out. */
export const forTerminalProse = (text: string): string => escapeForTerminal(withoutCodeMarks(text));
export const forXmlProse = (text: string): string => forXml(withoutCodeMarks(text));
export const forCsvProse = (text: string): string => forCsv(withoutCodeMarks(text));

/**
 * JSON that can be in an HTML script element: nothing in it ends the element or opens a comment, nothing hides in its
 * source, and nothing is a CI command where the page is printed into a log.
 */
export const forScriptJson = (value: unknown): string =>
  replaceUnseen(JSON.stringify(value).replace(/[<>&]/g, jsonEscapes), jsonEscapes).replace(
    command,
    disarmed(jsonEscapes),
  );
