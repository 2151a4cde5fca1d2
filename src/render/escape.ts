/**
 * Strangers' text made harmless: account names, OU names, tags and AWS's messages may hold anything. Every renderer
 * passes them through the function for its format here. The JSON report keeps them as they came, written with JSON's own escapes.
 */

/**
 * Characters that steer a terminal or a reader's eye instead of being seen: controls, separators of lines, bidi
 * controls, the invisible, lone surrogates and what Unicode leaves unassigned for ever (XML forbids some of these).
 * U+200C and U+200D stay: emoji and several scripts need them.
 */
const unseen =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u00AD\u061C\u115F\u1160\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E0FFF}]/gu;

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escapeUnseen = (character: string): string =>
  shortEscapes[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/** One line of text in which everything can be seen: what steers or hides stands there as `\n` or `\u{202e}`. Never throws. */
export const escapeControls = (text: string): string => text.replace(unseen, escapeUnseen);

/** For JSON text: the same data, with what steers or hides written as `\\u` escapes; its own line breaks stay. */
export const forJson = (json: string): string =>
  json.replace(unseen, (characters) =>
    characters === '\n'
      ? characters
      : characters.replace(
          /[^]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        ),
  );

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

const unitEscapes = (text: string): string =>
  Array.from(
    { length: text.length },
    (_, index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');

/** JSON that can stand in an HTML script element: nothing in it ends the element or opens a comment, and nothing hides in its source. */
export const forScriptJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[<>&]/g, unitEscapes).replace(unseen, unitEscapes);
