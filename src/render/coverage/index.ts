/**
 * The formats of a coverage report: some are written while instances are found, the others need the complete report.
 */
import type { OutputFormat } from '../index.ts';
import type { CoverageRenderer, CoverageStream } from './format.ts';

export type { CoverageParts, CoverageStream, InstanceChoice } from './format.ts';

export const isStreamed = (format: OutputFormat): format is 'ndjson' | 'csv' =>
  format === 'ndjson' || format === 'csv';

export const loadStream = async (
  format: 'ndjson' | 'csv',
  options: { readonly bom: boolean },
): Promise<CoverageStream> =>
  format === 'csv'
    ? (await import('./csv.ts')).csvStream(options)
    : (await import('./ndjson.ts')).ndjsonStream();

export const loadRenderer = async (
  format: Exclude<OutputFormat, 'ndjson' | 'csv'>,
): Promise<CoverageRenderer> => {
  switch (format) {
    case 'table':
      return (await import('./table.ts')).renderTable;
    case 'json':
      return (await import('./json.ts')).renderJson;
    case 'markdown':
      return (await import('./markdown.ts')).renderMarkdown;
    case 'html':
      return (await import('./html.ts')).renderHtml;
    case 'junit':
      return (await import('./junit.ts')).renderJunit;
  }
};
