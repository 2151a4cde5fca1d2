import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import {
  forCsv,
  forHtml,
  forJson,
  forMarkdown,
  forMarkdownCode,
  forScriptJson,
  escapeForTerminal,
  forXml,
  escapeControls,
} from '../../src/render/escape.ts';
import { hostileNames } from '../support/reports.ts';
import { caseCount, caseSeed } from '../support/cases.ts';

/** Texts with everything that untrusted text may contain, lone surrogates included. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
    .map((units) => String.fromCharCode(...units)),
  fc
    .array(
      fc.constantFrom(
        ...hostileNames,
        '|',
        '`',
        '\\',
        '<',
        '@a',
        '#1',
        '\u001b[2J',
        '\u202E',
        '\n- ',
        '\r\n=',
        "'",
        '&lt;',
        '://',
      ),
      {
        maxLength: 6,
      },
    )
    .map((parts) => parts.join('')),
);
const hidden =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061C\u200B\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF\uFFFE\uFFFF]/u;

/** Decodes character references as an HTML or XML parser does. */
const unescape = (escaped: string): string =>
  escaped.replace(
    /&(?:#(\d+)|(amp|lt|gt|quot));/g,
    (_, code: string | undefined, name: string | undefined) =>
      code === undefined
        ? ({ amp: '&', lt: '<', gt: '>', quot: '"' }[name ?? ''] ?? '')
        : String.fromCodePoint(Number(code)),
  );

describe('untrusted text', () => {
  it.each([
    ['red \u001b[31malert', 'red \\u{1b}[31malert'],
    ['a\nb\r\n\tc', 'a\\nb\\r\\n\\tc'],
    ['invoice\u202Egnp.exe', 'invoice\\u{202e}gnp.exe'],
    ['\uD800x', '\\u{d800}x'],
    ['日本 👩‍👩‍👧‍👦 é', '日本 👩‍👩‍👧‍👦 é'],
    ['Workloads/Prod', 'Workloads/Prod'],
    // Characters with Unicode's Default_Ignorable_Code_Point property, and others that look empty.
    ['a\u034Fb', 'a\\u{34f}b'],
    ['a\u115F\u1160\u3164\uFFA0b', 'a\\u{115f}\\u{1160}\\u{3164}\\u{ffa0}b'],
    ['a\u2800b', 'a\\u{2800}b'],
    ['a\uFE0F\u{E0100}b', 'a\\u{fe0f}\\u{e0100}b'],
    ['a\u00A0\u3000b', 'a\\u{a0}\\u{3000}b'],
    ['a\u17B4\u180B\u2065b', 'a\\u{17b4}\\u{180b}\\u{2065}b'],
    ['Pr\u200Dod\u200C', 'Pr\\u{200d}od\\u{200c}'],
    [
      '\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645',
      '\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645',
    ],
    // Commands to CI runners.
    ['::stop-commands::x', ':\\u{3a}stop-commands:\\u{3a}x'],
    ['  ::Error title=x::y', '  :\\u{3a}Error title=x:\\u{3a}y'],
    ['##vso[task.complete result=Succeeded;]', '#\\u{23}vso[task.complete result=Succeeded;]'],
    ['###[error]x', '##\\u{23}[error]x'],
    ["##teamcity[testFailed name='x']", "#\\u{23}teamcity[testFailed name='x']"],
    ['section_start:1:x section_end:1:x', 'section_start\\u{3a}1:x section_end\\u{3a}1:x'],
    ['travis_fold:start:x', 'travis_fold\\u{3a}start:x'],
    // Not commands.
    ['arn:aws:iam::111122223333:role/x', 'arn:aws:iam::111122223333:role/x'],
    [
      'arn:aws:iam::aws:policy/x arn:aws:iam::*:role/x',
      'arn:aws:iam::aws:policy/x arn:aws:iam::*:role/x',
    ],
    ['AWS::SSM::ServiceSetting', 'AWS::SSM::ServiceSetting'],
    ['## heading #[x] ::1', '## heading #[x] ::1'],
  ])('is escaped from %j to %j', (given, shown) => {
    expect(escapeControls(given)).toBe(shown);
    expect(escapeForTerminal(given)).toBe(shown);
  });

  it.each([escapeForTerminal, forCsv, forHtml, forXml, forMarkdown, forMarkdownCode])(
    'has no hidden characters after %o',
    (neutralise) => {
      fc.assert(
        fc.property(text, (given) => !hidden.test(neutralise(given))),
        { numRuns: caseCount(500), ...caseSeed() },
      );
    },
  );

  it('is unchanged as JSON data, without a CI command', () => {
    const data = { name: '##vso[x] section_start:1 a\u2800 ::add-mask::x' };
    const json = forJson(JSON.stringify(data));
    expect(JSON.parse(json)).toEqual(data);
    expect(json).not.toMatch(/##vso|section_start:|\u2800/);
  });

  it('is unchanged as HTML and XML text', () => {
    fc.assert(
      fc.property(text, (given) => {
        for (const neutralise of [forHtml, forXml]) {
          expect(neutralise(given)).not.toMatch(/[<>"']/);
          expect(unescape(neutralise(given))).toBe(escapeControls(given));
        }
      }),
      { numRuns: caseCount(500), ...caseSeed() },
    );
  });

  /** The text that a reader of GitHub's Markdown sees, and the elements around it. */
  const rendered = (
    markdown: string,
  ): { readonly shown: string; readonly elements: readonly string[] } => {
    const html = micromark(markdown, {
      extensions: [gfm()],
      htmlExtensions: [gfmHtml()],
      allowDangerousHtml: true,
    });
    const bare = html.replaceAll('<!-- -->', '').replace(/\n/g, '');
    return {
      shown: unescape(bare.replace(/<[^>]*>/g, '')),
      elements: [...bare.matchAll(/<([a-z]\w*)/g)].map(([, name = '']) => name),
    };
  };

  /** Markdown removes blanks at both ends of a line, and nothing else. */
  const trimmed = (line: string): string => line.replace(/^ +| +$/g, '');

  it('is unchanged as Markdown text, without markup of its own', () => {
    fc.assert(
      fc.property(text, (given) => {
        const line = rendered(forMarkdown(given));
        expect(line.shown).toBe(trimmed(escapeControls(given)));
        expect(line.elements).toEqual(line.shown === '' ? [] : ['p']);
        const cell = rendered(`| a |\n| --- |\n| ${forMarkdown(given)} |`);
        expect(cell.shown).toBe(`a${trimmed(escapeControls(given))}`);
        expect(cell.elements).toEqual(['table', 'thead', 'tr', 'th', 'tbody', 'tr', 'td']);
        // Mentions are not part of the Markdown grammar, so `@a` and `#1` are checked here.
        expect(forMarkdown(given).replace(/&#\d+;/g, '')).not.toMatch(/[@#]\w/);
      }),
      { numRuns: caseCount(1000), ...caseSeed() },
    );
  });

  it('does not become code when it is indented', () => {
    for (const before of ['', '- ', '1. '])
      expect(rendered(`${before}${forMarkdown('     five')}`).elements).not.toContain('code');
  });

  it.each([
    ['The account is not active (SUSPENDED).'],
    ['#12 @team a#b user@example.com'],
    ['1) & &#40; www.example.com http://x'],
    ['x    y'],
  ])('reads the same in Markdown: %s', (given) => {
    expect(rendered(forMarkdown(given)).shown).toBe(given);
  });

  it('stays within its code span in Markdown', () => {
    fc.assert(
      fc.property(text, (given) => {
        const code = forMarkdownCode(given);
        if (code === '') return given === '';
        const inside =
          /^`([^`|\\<>]+)`$/.exec(code)?.[1] ??
          unescape(/^<code>([^<>`|\\]*)<\/code>$/.exec(code)?.[1] ?? '');
        expect(rendered(`a ${code}`).elements).toEqual(['p', 'code']);
        return inside === escapeControls(given);
      }),
      { numRuns: caseCount(500), ...caseSeed() },
    );
  });

  it('does not start a formula in CSV', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('', ' ', '\t', '\r', '\u00A0'),
        fc.constantFrom('=', '+', '-', '@', '|', '＝'),
        text,
        (space, sign, rest) => !/^\s*[=+\-@|＝]/u.test(forCsv(space + sign + rest)),
      ),
      { numRuns: caseCount(500), ...caseSeed() },
    );
    expect(forCsv('plain - text = fine')).toBe('plain - text = fine');
  });

  it('has no CI command in a script element', () => {
    const names = ['::stop-commands::x', '##vso[task.complete]', 'section_start:1:x'];
    const json = forScriptJson(names);
    expect(json).not.toMatch(/::stop|##vso|section_start:/);
    expect(JSON.parse(json)).toEqual(names);
  });
  it('is unchanged as JSON in a script element, and cannot end it', () => {
    fc.assert(
      fc.property(fc.array(text), (given) => {
        const json = forScriptJson(given);
        expect(json).not.toMatch(/[<>&\p{Cs}\p{Zl}\p{Zp}\p{Cc}\u202E]/u);
        expect(JSON.parse(json)).toEqual(given);
      }),
      { numRuns: caseCount(500), ...caseSeed() },
    );
  });
});
