/** Writes reports to standard output and to the files of `--report-file`. */
import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../../core/model/errors.ts';
import type { Report } from '../../core/model/model.ts';
import type { Comparison } from '../../render/compare.ts';
import {
  formatOfPath,
  formats,
  hasPlaceForComparison,
  knownEndings,
  type Format,
  type RenderContext,
  type ReportSource,
  type Style,
} from '../../render/index.ts';
import { filterReport, type ShownRows } from '../../core/record/filter.ts';
import type { Messages } from '../session/messages.ts';
import type { OptionValues } from '../args/options.ts';
import { StreamError } from '../terminal/streams.ts';
import { shown, type Terminal } from '../terminal/terminal.ts';

interface ReportFile {
  readonly path: string;
  readonly format: Format;
}

export interface Outputs extends ShownRows {
  readonly format: Format;
  readonly files: readonly ReportFile[];
  readonly csvBom: boolean;
  /** The paths of files that could not be written; `writeReport` adds them. */
  readonly unwritten: Set<string>;
}

/** The outputs of the options, checked before anything else is done. Throws `UsageError`. */
export async function openOutputs(
  values: Pick<OptionValues, 'output' | 'report-file' | 'only' | 'owner' | 'csv-bom'>,
): Promise<Outputs> {
  const files = (values['report-file'] ?? []).map((path) => {
    const format = formatOfPath(path);
    if (format !== null) return { path, format };
    throw new UsageError(
      `--report-file: "${path}" does not end in a known format.`,
      `Use one of ${knownEndings.map((ending) => `.${ending}`).join(', ')}.`,
    );
  });
  for (const { path } of files) await requireWritable(path);
  const format = values.output ?? 'table';
  if (format === 'ndjson')
    throw new UsageError(
      '--output: ndjson is for dhmc coverage and dhmc advise alone.',
      `Use one of ${formats.join(', ')}.`,
    );
  return {
    format,
    files,
    only: values.only ?? 'all',
    owners: values.owner ?? null,
    csvBom: values['csv-bom'],
    unwritten: new Set(),
  };
}

/** Throws `UsageError` if a report cannot be written to the path. */
export async function requireWritable(path: string): Promise<void> {
  const { refuseForeignLinks } = await import('../../journal/index.ts');
  await refuseForeignLinks('--report-file: the file', path);
  const complaint = await whyNotWritable(path);
  if (complaint !== null)
    throw new UsageError(
      `--report-file: "${path}" ${complaint}.`,
      'Name a file in a directory that you can write to.',
    );
}

async function whyNotWritable(path: string): Promise<string | null> {
  try {
    if ((await stat(path)).isDirectory()) return 'is a directory';
    await access(path, constants.W_OK);
    return null;
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOENT')
      return 'cannot be written';
  }
  try {
    await access(dirname(path), constants.W_OK);
    return null;
  } catch {
    return 'is in a directory that does not exist or cannot be written to';
  }
}

/** The style of reports in files. */
export const styleOfFiles = { color: false, columns: 120 };

export interface ReportWriting {
  readonly report: Report;
  readonly outputs: Outputs;
  readonly terminal: Terminal;
  readonly messages: Messages;
  readonly source: ReportSource | null;
  /** The differences from an earlier report. */
  readonly comparison?: Comparison | null;
  /** Whether differences count as failures (`--check`). */
  readonly check?: boolean;
  /** Whether the terminal has already shown the plan: only formats for programs are then written to standard output. */
  readonly isShownAlready?: boolean;
  /** Whether messages with the next steps follow the report. */
  readonly stepsFollow?: boolean;
  /** Whether messages with the notes follow the report. */
  readonly notesFollow?: boolean;
}

/** Whether the next message appears directly below the table. */
export const isAboveMessages = (
  { format }: Pick<Outputs, 'format'>,
  { outIsTerminal = false }: Terminal,
): boolean => format === 'table' && outIsTerminal;

/** Writes the report to all outputs. Returns false if one could not be written; it also prints why. */
export async function writeReport({
  report: whole,
  outputs,
  terminal,
  messages,
  source,
  comparison = null,
  check = false,
  isShownAlready = false,
  stepsFollow = false,
  notesFollow = false,
}: ReportWriting): Promise<boolean> {
  const { renderReport, renderCompared } = await import('../../render/index.ts');
  const { writeOver } = await import('../../journal/index.ts');
  const { only, owners, csvBom } = outputs;
  const report = filterReport(whole, outputs);
  const context = { whole, only, owners, check, csvBom, source };
  const partsIn = async (
    format: Format,
    style: Style,
    shownIn: RenderContext = context,
  ): Promise<Iterable<string>> =>
    (comparison === null
      ? null
      : await renderCompared(format, { report, comparison }, style, shownIn)) ??
    renderReport(format, report, style, shownIn);
  let written = true;
  try {
    if (!isShownAlready || outputs.format !== 'table')
      for (const part of await partsIn(outputs.format, terminal.outStyle, {
        ...context,
        stepsFollow: stepsFollow && isAboveMessages(outputs, terminal),
        notesFollow: notesFollow && isAboveMessages(outputs, terminal),
      }))
        await terminal.write(part);
  } catch (error) {
    if (!(error instanceof StreamError)) throw error;
    written = false;
    messages.warn(error.message);
  }
  if (comparison !== null && !hasPlaceForComparison(outputs.format)) {
    const { renderComparison } = await import('../../render/comparison.ts');
    messages.warn(renderComparison(comparison, 'table', terminal.errorStyle));
  }
  for (const { path, format } of outputs.files) {
    const parts = await partsIn(format, styleOfFiles);
    try {
      await writeOver(path, parts);
    } catch (error) {
      written = false;
      outputs.unwritten.add(path);
      messages.warn(
        `The report could not be written to ${shown(path)}: ${shown(error instanceof Error ? error.message : String(error))}`,
      );
    }
  }
  return written;
}

/** The line that names the report files; empty if no file was written. */
export const describeReportFiles = ({ files, unwritten }: Outputs): string => {
  const written = files.filter(({ path }) => !unwritten.has(path));
  return written.length === 0
    ? ''
    : `${written.length === 1 ? 'Report' : 'Reports'}: ${written.map(({ path }) => shown(path)).join(', ')}`;
};
