/** Writes an advice report to standard output and to files. */
import type { AdviceChanges } from '../../core/advice/changes.ts';
import type { AdviceReport, RoleAdvice } from '../../core/advice/model.ts';
import type { BlockerGroup } from '../../core/advice/summary.ts';
import { loadRenderer } from '../../render/advice/index.ts';
import { writeOver } from '../../journal/files.ts';
import type { OutputFormat, Style } from '../../render/index.ts';
import type { CoverageOutputs } from '../coverage/outputs.ts';
import type { Spool } from '../coverage/spool.ts';
import { styleOfFiles } from '../rollout/report-output.ts';
import type { Messages } from '../session/messages.ts';
import { shown, type Terminal } from '../terminal/terminal.ts';

export interface AdviceWriting {
  readonly report: AdviceReport;
  readonly blockers: readonly BlockerGroup[];
  readonly changes: AdviceChanges | null;
  readonly isDetailed: boolean;
  readonly outputs: CoverageOutputs;
  readonly spool: Spool;
  readonly terminal: Terminal;
  readonly messages: Messages;
}

async function* parsed(lines: AsyncIterable<string>): AsyncIterable<RoleAdvice> {
  for await (const line of lines) yield JSON.parse(line) as RoleAdvice;
}

/** Returns false if a file could not be written; it also prints why. */
export async function writeAdvice({
  outputs,
  spool,
  terminal,
  messages,
  ...rest
}: AdviceWriting): Promise<boolean> {
  const partsIn = async (format: OutputFormat, style: Style): Promise<AsyncIterable<string>> => {
    const render = await loadRenderer(format);
    return render({
      ...rest,
      choice: outputs.choice,
      csvBom: outputs.csvBom,
      style,
      lines: () => spool.lines(),
      roles: () => parsed(spool.lines()),
    });
  };
  for await (const part of await partsIn(outputs.format, terminal.outStyle))
    await terminal.write(part);
  let written = true;
  for (const { path, format } of outputs.files) {
    try {
      await writeOver(path, await partsIn(format, styleOfFiles));
    } catch (error) {
      written = false;
      const reason = error instanceof Error ? error.message : String(error);
      messages.warn(`The report could not be written to ${shown(path)}: ${shown(reason)}`);
    }
  }
  return written;
}
