/** Where reports go: standard output, and the files of `--report-file`. */
import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../../core/model/errors.ts';
import type { Report } from '../../core/model/model.ts';
import type { Comparison } from '../../render/compare.ts';
import {
  formatOfPath,
  knownEndings,
  loadComparedRenderer,
  loadPartsRenderer,
  type Format,
  type Style,
} from '../../render/index.ts';
import type { Messages } from '../session/messages.ts';
import type { OptionValues } from '../args/options.ts';
import { shown, type Terminal } from '../terminal/terminal.ts';

interface ReportFile {
  readonly path: string;
  readonly format: Format;
}

export interface Outputs {
  readonly format: Format;
  readonly files: readonly ReportFile[];
}

/** The outputs that the options name, looked at before anything else is done. Throws `UsageError`. */
export async function openOutputs(
  values: Pick<OptionValues, 'output' | 'report-file'>,
): Promise<Outputs> {
  const files = (values['report-file'] ?? []).map((path) => {
    const format = formatOfPath(path);
    if (format !== null) return { path, format };
    throw new UsageError(
      `--report-file: "${path}" has no ending that names a format.`,
      `Use one of ${knownEndings.map((ending) => `.${ending}`).join(', ')}.`,
    );
  });
  for (const { path } of files) {
    const { refuseForeignLinks } = await import('../../journal/index.ts');
    await refuseForeignLinks('--report-file: the file', path);
    const complaint = await whyNotWritable(path);
    if (complaint !== null)
      throw new UsageError(
        `--report-file: "${path}" ${complaint}.`,
        'Name a file in a directory that you may write.',
      );
  }
  return { format: values.output ?? 'table', files };
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
    return 'is in a directory that is not there or cannot be written';
  }
}

const styleOfFiles = { color: false, columns: 120 };

/** Writes the report everywhere, with what is different since an earlier one. False where a file could not be written, which is told. */
export async function writeReport(
  report: Report,
  outputs: Outputs,
  terminal: Terminal,
  messages: Messages,
  comparison: Comparison | null = null,
): Promise<boolean> {
  const partsIn = async (format: Format, style: Style): Promise<Iterable<string>> => {
    const renderCompared = comparison === null ? null : await loadComparedRenderer(format);
    if (renderCompared !== null && comparison !== null)
      return renderCompared(report, comparison, style);
    return (await loadPartsRenderer(format))(report, style);
  };
  for (const part of await partsIn(outputs.format, terminal.outStyle)) await terminal.write(part);
  if (comparison !== null && (await loadComparedRenderer(outputs.format)) === null) {
    const { renderComparison } = await import('../../render/comparison.ts');
    messages.warn(renderComparison(comparison, 'table', terminal.errorStyle));
  }
  let written = true;
  for (const { path, format } of outputs.files) {
    const parts = await partsIn(format, styleOfFiles);
    try {
      await writeFile(path, parts);
    } catch (error) {
      written = false;
      messages.warn(
        `The report could not be written to ${shown(path)}: ${shown(error instanceof Error ? error.message : String(error))}`,
      );
    }
  }
  return written;
}
