/** The formats of a report: their names, their file endings, and their renderers. */
import type { Report } from '../core/model/model.ts';
import type { Comparison } from './compare.ts';
import { plainContext, type RenderContext } from './context.ts';
import type { Style } from './style.ts';

export type { RenderContext, ReportSource } from './context.ts';
export type { Style } from './style.ts';

export const formats = ['table', 'json', 'csv', 'markdown', 'html', 'junit'] as const;
export type Format = (typeof formats)[number];

/** The same with the one that is for coverage and advice alone: an object a line. */
export const outputFormats = [...formats, 'ndjson'] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** What the doctor's findings and a proof can be written as. */
export const doctorFormats = ['table', 'json', 'markdown', 'junit'] as const;
export const proofFormats = ['table', 'json', 'markdown', 'csv'] as const;

/** A report of any size: parts, to be written one after the other. */
type PartsRenderer = (report: Report, style: Style, context: RenderContext) => Iterable<string>;

/** GitHub takes comments of 65,536 characters: a report and its comparison share them. */
const comparedMarkdown = { report: 44_000, comparison: 20_000 };

/** Loads a format's renderer, and none of the others. */
const loaders: Readonly<Record<Format, () => Promise<PartsRenderer>>> = {
  table: async () => {
    const { renderTable } = await import('./table.ts');
    return (report, style, context) => [renderTable(report, style, context)];
  },
  json: async () => (await import('./json.ts')).jsonParts,
  csv: async () => {
    const { csvParts } = await import('./csv.ts');
    return (report, _, { csvBom }) => csvParts(report, { bom: csvBom });
  },
  markdown: async () => {
    const { renderMarkdown } = await import('./markdown.ts');
    return (report, _, context) => [renderMarkdown(report, context)];
  },
  html: async () => {
    const { renderHtml } = await import('./html/index.ts');
    return (report, _, context) => [renderHtml(report, context)];
  },
  junit: async () => {
    const { renderJunit } = await import('./junit.ts');
    return (report, _, context) => [renderJunit(report, context)];
  },
};

/** The report in a format, in parts. */
export const renderReport = async (
  format: Format,
  report: Report,
  style: Style,
  context: RenderContext = plainContext(report),
): Promise<Iterable<string>> => (await loaders[format]())(report, style, context);

/**
 * The same with what is different since an earlier report: it follows in table and Markdown, and is the member
 * `comparison` of the JSON report. Null for the formats that have no place for it.
 */
export const renderCompared = async (
  format: Format,
  { report, comparison }: { readonly report: Report; readonly comparison: Comparison },
  style: Style,
  context: RenderContext = plainContext(report),
): Promise<Iterable<string> | null> => {
  const { renderComparison } = await import('./comparison.ts');
  switch (format) {
    case 'table':
      return [
        ...(await renderReport('table', report, style, context)),
        '\n',
        renderComparison(comparison, 'table', style),
      ];
    case 'markdown': {
      const { renderMarkdown } = await import('./markdown.ts');
      return [
        renderMarkdown(report, context, comparedMarkdown.report),
        '\n',
        renderComparison(comparison, 'markdown', style, comparedMarkdown.comparison),
      ];
    }
    case 'json': {
      const compared: Report & { readonly comparison: Comparison } = { ...report, comparison };
      return renderReport('json', compared, style, context);
    }
    case 'csv':
    case 'html':
    case 'junit':
      return null;
  }
};

/** Whether what a format writes has a line for people about `--preflight`. */
export const showsPreflight = (format: Format): boolean =>
  format === 'table' || format === 'markdown';

/** Whether a comparison with an earlier report can be part of the format. */
export const hasPlaceForComparison = (format: Format): boolean =>
  format === 'table' || format === 'markdown' || format === 'json';

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
