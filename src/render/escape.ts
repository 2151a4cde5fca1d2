/**
 * Makes untrusted text harmless: account names, OU names, tags and AWS's messages can contain anything. Every renderer
 * uses the function for its own format. The JSON report keeps the text, escaped as JSON.
 */

import { partsOfProse, withoutCodeMarks } from '../core/problems/code-marks.ts';

/**
 * Characters that are invisible, or that control a terminal or mislead a reader, by Unicode's own properties: controls
 * and format characters, unassigned, private and lone surrogate code points, line separators, spaces other than U+0020,
 * and everything that Unicode lets a renderer ignore. U+2800 is the only blank character without such a property. A
 * joiner is kept where it joins emoji or letters of a script without case.
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

/** Printable ASCII contains nothing invisible. Most texts are of this kind. */
const plain = /^[ -~]*$/;

const replaceUnseen = (text: string, escape: (character: string) => string): string =>
  plain.test(text)
    ? text
    : text.replace(unseen, (character: string, offset: number) =>
        joins(text, offset) ? character : escape(character),
      );

/**
 * What the log of a CI run would execute: GitHub's `::command::`, Azure's and TeamCity's `##name[`, section markers of
 * GitLab and Travis. `::` before a digit, `*` or `aws:` belongs to an ARN, and in a CloudFormation type it separates
 * the parts of the name.
 */
const command =
  /(?<!\bAWS(?:::(?:CloudFormation|EC2|IAM|Organizations|SSM))?)::(?=[a-z])(?!aws:)|##(?=\w*\[)|\b(?:section_(?:start|end)|travis_(?:fold|time)):/gi;

/**
 * Keyed by code point: a minifier would write the characters themselves into the HTML page, which must not contain a
 * tab.
 */
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

/** Escapes the last character of the command, which disables it. */
const disarmed =
  (escape: (sign: string) => string) =>
  (marker: string): string =>
    `${marker.slice(0, -1)}${escape(marker.slice(-1))}`;

/**
 * One line of text in which everything is visible and nothing is a command to a CI runner: hidden and control
 * characters become `
 * ` or `\u{202e}`. Never throws.
 */
export const escapeControls = (text: string): string =>
  replaceUnseen(text, escapeCharacter).replace(command, disarmed(escapeCharacter));

/**
 * JSON text with the same data, in which hidden and control characters and CI commands become `\\u` escapes. Its own
 * line breaks are kept, and so is `::`, since a line of JSON never starts with it.
 */
export const forJson = (json: string): string =>
  replaceUnseen(json, (character) =>
    character === '\n' ? character : jsonEscapes(character),
  ).replace(command, (marker) => (marker === '::' ? marker : disarmed(jsonEscapes)(marker)));

/** For a terminal: escape sequences, line breaks and changes of direction are escaped. */
export const escapeForTerminal = (text: string): string => escapeControls(text);

/**
 * For a CSV field: a text that a spreadsheet would take for a formula gets a leading apostrophe, which spreadsheets
 * read as "this is text".
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

/** For XML 1.0 text and quoted attribute values. Characters that XML forbids become visible escapes. */
export const forXml = (text: string): string => escapeMarkup(escapeControls(text));

const numericEntity = (character: string): string => `&#${character.codePointAt(0) ?? 0};`;

/**
 * For running text in the Markdown of GitHub and GitLab, including tables: nothing in it is markup, a link, a mention,
 * a reference to an issue, or a formula.
 */
export const forMarkdown = (text: string): string =>
  escapeControls(text)
    // Indented text would be code.
    .replace(/^ +/, '')
    // Mentions and references are searched in the rendered text, so a character reference would not stop them.
    .replace(/[&<>"'\\`*_[\](){}|~$^!]|[@#](?=\w)|:(?=\/\/)|(?<=\bwww)\./g, (character) =>
      character === '@' || character === '#' ? `${character}<!-- -->` : numericEntity(character),
    )
    .replace(
      /^(\s*)([-+=]|\d+[.)])/u,
      (_, space: string, mark: string) =>
        `${space}${numericEntity(mark.slice(0, 1))}${mark.slice(1)}`,
    );

/**
 * For names and AWS's messages in Markdown: a code span, or a `<code>` element if a code span cannot hold the text in a
 * table.
 */
export const forMarkdownCode = (text: string): string => {
  const shown = escapeControls(text);
  if (shown === '') return '';
  return /[`|\\<>]/.test(shown) || shown.trim() !== shown
    ? `<code>${shown.replace(/[&<>"'\\`*_[\]|~$!:@#]/g, numericEntity)}</code>`
    : `\`${shown}\``;
};

/** For dhmc's own sentences in Markdown: commands and document names between backticks become code. */
export const forMarkdownProse = (text: string): string =>
  partsOfProse(text)
    .map(({ text: part, isCode }) => {
      if (isCode) return forMarkdownCode(part);
      // Spaces at the ends must not be trimmed here.
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

/** The same for a terminal, XML and CSV, which have no code format: the backticks are removed. */
export const forTerminalProse = (text: string): string => escapeForTerminal(withoutCodeMarks(text));
export const forXmlProse = (text: string): string => forXml(withoutCodeMarks(text));
export const forCsvProse = (text: string): string => forCsv(withoutCodeMarks(text));

/**
 * JSON for an HTML script element: nothing in it ends the element or opens a comment, nothing is hidden in its source,
 * and nothing is a CI command if the page is printed into a log.
 */
export const forScriptJson = (value: unknown): string =>
  replaceUnseen(JSON.stringify(value).replace(/[<>&]/g, jsonEscapes), jsonEscapes).replace(
    command,
    disarmed(jsonEscapes),
  );
