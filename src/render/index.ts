/** The formats of a report: what each is called, which file endings mean it, and where its renderer is. */
import type { Report } from '../core/model/model.ts';
import type { Comparison } from './compare.ts';
import type { Style } from './style.ts';

export type { Style } from './style.ts';

export const formats = ['table', 'json', 'csv', 'markdown', 'html', 'junit'] as const;
export type Format = (typeof formats)[number];

/** A finished report as text, with a line break at its end. */
export type Renderer = (report: Report, style: Style) => string;

/** Loads a format's renderer, and nothing of the others. */
export const loadRenderer = async (format: Format): Promise<Renderer> => {
  switch (format) {
    case 'table':
      return (await import('./table.ts')).renderTable;
    case 'json':
      return (await import('./json.ts')).renderJson;
    case 'csv':
      return (await import('./csv.ts')).renderCsv;
    case 'markdown':
      return (await import('./markdown.ts')).renderMarkdown;
    case 'html':
      return (await import('./html/index.ts')).renderHtml;
    case 'junit':
      return (await import('./junit.ts')).renderJunit;
  }
};

/** Loads a format's renderer for reports of any size: parts, to be written one after the other. */
export const loadPartsRenderer = async (
  format: Format,
): Promise<(report: Report, style: Style) => Iterable<string>> => {
  if (format === 'json') return (await import('./json.ts')).jsonParts;
  const render = await loadRenderer(format);
  return (report, style) => [render(report, style)];
};

const comparedMarkdown = { report: 44_000, comparison: 20_000 };

/**
 * The same for a report that was held against an earlier one: the comparison follows in table and markdown, and is the
 * member `comparison` of the JSON report. Null for the formats that have no place for it.
 */
export const loadComparedRenderer = async (
  format: Format,
): Promise<((report: Report, comparison: Comparison, style: Style) => Iterable<string>) | null> => {
  const { renderComparison } = await import('./comparison.ts');
  switch (format) {
    case 'table': {
      const render = await loadRenderer('table');
      return (report, comparison, style) => [
        render(report, style),
        '\n',
        renderComparison(comparison, 'table', style),
      ];
    }
    case 'markdown': {
      const { renderMarkdownWithin } = await import('./markdown.ts');
      return (report, comparison, style) => [
        renderMarkdownWithin(report, comparedMarkdown.report),
        '\n',
        renderComparison(comparison, 'markdown', style, comparedMarkdown.comparison),
      ];
    }
    case 'json': {
      const { jsonParts } = await import('./json.ts');
      return (report, comparison) => {
        const compared: Report & { readonly comparison: Comparison } = { ...report, comparison };
        return jsonParts(compared);
      };
    }
    case 'csv':
    case 'html':
    case 'junit':
      return null;
  }
};

const endings: Readonly<Record<string, Format>> = {
  txt: 'table',
  json: 'json',
  csv: 'csv',
  md: 'markdown',
  markdown: 'markdown',
  html: 'html',
  htm: 'html',
  xml: 'junit',
};

/** Every ending that means a format, without its dot. */
export const knownEndings: readonly string[] = Object.keys(endings);

/** The format that a file's ending means, or null. */
export const formatOfPath = (path: string): Format | null => {
  const ending = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase();
  return ending !== undefined && Object.hasOwn(endings, ending) ? (endings[ending] ?? null) : null;
};
