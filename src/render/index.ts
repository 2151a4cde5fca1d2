/** The formats of a report: names, file endings and renderers. */
import type { Report } from '../core/model/model.ts';
import type { Comparison } from './compare.ts';
import { plainContext, type RenderContext } from './context.ts';
import type { Style } from './style.ts';

export type { RenderContext, ReportSource } from './context.ts';
export type { Style } from './style.ts';

export const formats = ['table', 'json', 'csv', 'markdown', 'html', 'junit'] as const;
export type Format = (typeof formats)[number];

/** The formats plus NDJSON (one object per line), which only coverage and advice have. */
export const outputFormats = [...formats, 'ndjson'] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** The formats of the doctor's findings and of a proof. */
export const doctorFormats = ['table', 'json', 'markdown', 'junit'] as const;
export const proofFormats = ['table', 'json', 'markdown', 'csv'] as const;

/** Renders a report of any size as parts, to be written one after another. */
type PartsRenderer = (report: Report, style: Style, context: RenderContext) => Iterable<string>;

/** In characters. GitHub allows comments of 65,536, which a report and its comparison share. */
const comparedMarkdown = { report: 44_000, comparison: 20_000 };

/** Loads only the renderer of the format. */
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

/** Renders the report in a format, as parts. */
export const renderReport = async (
  format: Format,
  report: Report,
  style: Style,
  context: RenderContext = plainContext(report),
): Promise<Iterable<string>> => (await loaders[format]())(report, style, context);

/**
 * Renders the report with its differences from an earlier report. They follow the report in the table and in Markdown,
 * and are the member `comparison` in JSON. Null for formats that cannot contain them.
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

/** Whether the format contains a line for people about `--preflight`. */
export const showsPreflight = (format: Format): boolean =>
  format === 'table' || format === 'markdown';

/** Whether the format can contain a comparison with an earlier report. */
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

/** All endings that select a format, without the dot. */
export const knownEndings: readonly string[] = Object.keys(endings);

/** The format that a file's ending selects, or null. */
export const formatOfPath = (path: string): Format | null => {
  const ending = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase();
  return ending !== undefined && Object.hasOwn(endings, ending) ? (endings[ending] ?? null) : null;
};
