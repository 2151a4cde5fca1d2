import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import {
  forCsv,
  forHtml,
  forMarkdown,
  forMarkdownCode,
  forScriptJson,
  escapeForTerminal,
  forXml,
  escapeControls,
} from '../../src/render/escape.ts';
import { hostileNames } from '../support/reports.ts';
import { caseCount } from '../support/cases.ts';

/** Texts with all that a stranger might put into them, lone surrogates included. */
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

/** What a parser of HTML or XML makes of text with character references. */
const unescape = (escaped: string): string =>
  escaped.replace(
    /&(?:#(\d+)|(amp|lt|gt|quot));/g,
    (_, code: string | undefined, name: string | undefined) =>
      code === undefined
        ? ({ amp: '&', lt: '<', gt: '>', quot: '"' }[name ?? ''] ?? '')
        : String.fromCodePoint(Number(code)),
  );

describe('strangers’ text', () => {
  it.each([
    ['red \u001b[31malert', 'red \\u{1b}[31malert'],
    ['a\nb\r\n\tc', 'a\\nb\\r\\n\\tc'],
    ['invoice\u202Egnp.exe', 'invoice\\u{202e}gnp.exe'],
    ['\uD800x', '\\u{d800}x'],
    ['日本 👩‍👩‍👧‍👦 é', '日本 👩‍👩‍👧‍👦 é'],
    ['Workloads/Prod', 'Workloads/Prod'],
  ])('shows %j as %j', (given, shown) => {
    expect(escapeControls(given)).toBe(shown);
    expect(escapeForTerminal(given)).toBe(shown);
  });

  it.each([escapeForTerminal, forCsv, forHtml, forXml, forMarkdown, forMarkdownCode])(
    'leaves nothing hidden (%o)',
    (neutralise) => {
      fc.assert(
        fc.property(text, (given) => !hidden.test(neutralise(given))),
        { numRuns: caseCount(500) },
      );
    },
  );

  it('stays what it was in HTML and XML', () => {
    fc.assert(
      fc.property(text, (given) => {
        for (const neutralise of [forHtml, forXml]) {
          expect(neutralise(given)).not.toMatch(/[<>"']/);
          expect(unescape(neutralise(given))).toBe(escapeControls(given));
        }
      }),
      { numRuns: caseCount(500) },
    );
  });

  /** What a reader of GitHub's Markdown sees, and the elements that it is made of. */
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

  /** Markdown takes blanks from both ends of a line, and nothing else. */
  const trimmed = (line: string): string => line.replace(/^ +| +$/g, '');

  it('stays what it was in Markdown, without markup of its own', () => {
    fc.assert(
      fc.property(text, (given) => {
        const line = rendered(forMarkdown(given));
        expect(line.shown).toBe(trimmed(escapeControls(given)));
        expect(line.elements).toEqual(line.shown === '' ? [] : ['p']);
        const cell = rendered(`| a |\n| --- |\n| ${forMarkdown(given)} |`);
        expect(cell.shown).toBe(`a${trimmed(escapeControls(given))}`);
        expect(cell.elements).toEqual(['table', 'thead', 'tr', 'th', 'tbody', 'tr', 'td']);
        // Neither is a mention, which stands outside the grammar: `@a`, `#1`.
        expect(forMarkdown(given).replace(/&#\d+;/g, '')).not.toMatch(/[@#]\w/);
      }),
      { numRuns: caseCount(1000) },
    );
  });

  it('is no code for being indented', () => {
    for (const before of ['', '- ', '1. '])
      expect(rendered(`${before}${forMarkdown('     five')}`).elements).not.toContain('code');
  });

  it.each([
    ['The account is not active (SUSPENDED).'],
    ['#12 @team a#b user@example.com'],
    ['1) & &#40; www.example.com http://x'],
    ['x    y'],
  ])('reads as it was in Markdown: %s', (given) => {
    expect(rendered(forMarkdown(given)).shown).toBe(given);
  });

  it('is code in Markdown that nothing in it ends', () => {
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
      { numRuns: caseCount(500) },
    );
  });

  it('starts no formula in CSV', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('', ' ', '\t', '\r', '\u00A0'),
        fc.constantFrom('=', '+', '-', '@', '|', '＝'),
        text,
        (space, sign, rest) => !/^\s*[=+\-@|＝]/u.test(forCsv(space + sign + rest)),
      ),
      { numRuns: caseCount(500) },
    );
    expect(forCsv('plain - text = fine')).toBe('plain - text = fine');
  });

  it('is the same data in a script element, and cannot end it', () => {
    fc.assert(
      fc.property(fc.array(text), (given) => {
        const json = forScriptJson(given);
        expect(json).not.toMatch(/[<>&\p{Cs}\p{Zl}\p{Zp}\p{Cc}\u202E]/u);
        expect(JSON.parse(json)).toEqual(given);
      }),
      { numRuns: caseCount(500) },
    );
  });
});
