/** The formats of an advice report. */
import type { OutputFormat } from '../index.ts';
import type { AdviceRenderer } from './format.ts';

export type { AdviceParts, AdviceRenderer } from './format.ts';

export const loadRenderer = async (format: OutputFormat): Promise<AdviceRenderer> => {
  switch (format) {
    case 'table':
      return (await import('./table.ts')).renderTable;
    case 'json':
      return (await import('./json.ts')).renderJson;
    case 'ndjson':
      return (await import('./ndjson.ts')).renderNdjson;
    case 'csv':
      return (await import('./csv.ts')).renderCsv;
    case 'markdown':
      return (await import('./markdown.ts')).renderMarkdown;
    case 'html':
      return (await import('./html.ts')).renderHtml;
    case 'junit':
      return (await import('./junit.ts')).renderJunit;
  }
};
