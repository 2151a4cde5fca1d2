/** Writes a coverage report to standard output and to files, either while it is made or once it is complete. */
import { basename } from 'node:path';
import type { CoverageInstance } from '../../core/coverage/model.ts';
import { isUnmanaged } from '../../core/coverage/summary.ts';
import type { RowFilter } from '../../core/record/filter.ts';
import { UsageError } from '../../core/model/errors.ts';
import {
  isStreamed,
  loadRenderer,
  loadStream,
  type CoverageParts,
  type CoverageStream,
  type InstanceChoice,
} from '../../render/coverage/index.ts';
import { openOver, writeOver, type OutputTarget } from '../../journal/files.ts';
import { formatOfPath, knownEndings, type OutputFormat, type Style } from '../../render/index.ts';
import type { OptionValues } from '../args/options.ts';
import { requireWritable, styleOfFiles } from '../rollout/report-output.ts';
import type { Messages } from '../session/messages.ts';
import { shown, type Terminal } from '../terminal/terminal.ts';
import { openSpool, type Spool } from './spool.ts';

export interface CoverageOutputs {
  readonly format: OutputFormat;
  readonly files: readonly { readonly path: string; readonly format: OutputFormat }[];
  readonly choice: InstanceChoice;
  /** Which instances are written. */
  readonly only: RowFilter;
  readonly csvBom: boolean;
}

const linesEnding = /\.(ndjson|jsonl)$/i;

/** The outputs of the options, checked before anything else is done. Throws `UsageError`. */
export async function coverageOutputs(
  values: Pick<OptionValues, 'output' | 'report-file' | 'instances' | 'only' | 'csv-bom' | 'since'>,
): Promise<CoverageOutputs> {
  const files = (values['report-file'] ?? []).map((path) => {
    const format: OutputFormat | null = linesEnding.test(path) ? 'ndjson' : formatOfPath(path);
    if (format !== null) return { path, format };
    throw new UsageError(
      `--report-file: "${path}" does not end in a known format.`,
      `Use one of ${[...knownEndings, 'ndjson'].map((ending) => `.${ending}`).join(', ')}.`,
    );
  });
  for (const { path } of files) await requireWritable(path);
  const only = values.only ?? 'all';
  if (only === 'changes' && values.since === undefined)
    throw new UsageError(
      '--only changes needs an earlier report to compare with.',
      'Add --since FILE.json, or use --only problems.',
    );
  return {
    format: values.output ?? 'table',
    files,
    choice: values.instances ?? 'unmanaged',
    only,
    csvBom: values['csv-bom'],
  };
}

const cellKey = (account: string, region: string | null): string => `${account} ${region ?? ''}`;

/** Receives the instances as they are found. */
export interface CoverageSink {
  /** Adds a page of instances, all from one cell. */
  add(instances: readonly CoverageInstance[]): Promise<void>;
  /** Writes what remains. Returns false if a file could not be written; it also prints why. */
  finish(whole: Pick<CoverageParts, 'report' | 'reasons' | 'leftOut'>): Promise<boolean>;
  close(): Promise<void>;
}

interface OpenStream {
  readonly stream: CoverageStream;
  write(text: string): Promise<void>;
  end(): Promise<void>;
}

export interface SinkOptions {
  readonly outputs: CoverageOutputs;
  readonly terminal: Terminal;
  readonly messages: Messages;
}

const errorText = (error: unknown): string =>
  shown(error instanceof Error ? error.message : String(error));

export async function openSink({
  outputs,
  terminal,
  messages,
}: SinkOptions): Promise<CoverageSink> {
  const { format, files, choice } = outputs;
  const bom = { bom: outputs.csvBom };
  const streams: OpenStream[] = [];
  let written = true;
  if (isStreamed(format)) {
    const stream = await loadStream(format, bom);
    streams.push({ stream, write: (text) => terminal.write(text), end: () => Promise.resolve() });
  }
  for (const file of files) {
    if (!isStreamed(file.format)) continue;
    streams.push(
      await fileStream(file.path, await loadStream(file.format, bom), (error) => {
        if (written)
          messages.warn(
            `The report could not be written to ${shown(file.path)}: ${errorText(error)}`,
          );
        written = false;
      }),
    );
  }
  for (const { stream, write } of streams) await write(stream.head);
  const whole = [format, ...files.map((file) => file.format)].filter((one) => !isStreamed(one));
  const needsAll = whole.some((one) => one === 'json' || one === 'junit') || choice === 'all';
  const spool: Spool | null =
    whole.length > 0 && (needsAll || choice === 'unmanaged') ? await openSpool() : null;
  const { lineOf } = await import('../../render/coverage/ndjson.ts');

  return {
    add: async (instances) => {
      for (const { stream, write } of streams) await write(stream.rows(instances));
      const kept = needsAll ? instances : instances.filter(isUnmanaged);
      const [first] = kept;
      if (spool !== null && first !== undefined)
        await spool.add(kept.map(lineOf), cellKey(first.account, first.region));
    },
    finish: async ({ report, reasons, leftOut }) => {
      for (const { stream, write, end } of streams) {
        for (const part of stream.end(report)) await write(part);
        await end();
      }
      const partsIn = async (one: OutputFormat, style: Style, csvBeside: string | null) => {
        if (isStreamed(one)) return null;
        const render = await loadRenderer(one);
        const lines = (): AsyncIterable<string> => spool?.lines() ?? nothing();
        const instances = (): AsyncIterable<CoverageInstance> => parsed(lines());
        const instancesOf: CoverageParts['instancesOf'] = (account, region) =>
          parsed(spool?.linesOf(cellKey(account, region)) ?? nothing());
        return render({
          ...{ report, reasons, leftOut, choice, style, csvBeside },
          ...{ lines, instances, instancesOf },
        });
      };
      const csvFile = files.find((file) => file.format === 'csv')?.path ?? null;
      const beside = csvFile === null ? null : basename(csvFile);
      const out = await partsIn(format, terminal.outStyle, beside);
      if (out !== null) for await (const part of out) await terminal.write(part);
      for (const file of files) {
        const parts = await partsIn(file.format, styleOfFiles, beside);
        if (parts === null) continue;
        try {
          await writeOver(file.path, parts);
        } catch (error) {
          written = false;
          messages.warn(
            `The report could not be written to ${shown(file.path)}: ${errorText(error)}`,
          );
        }
      }
      return written;
    },
    close: async () => {
      for (const { end } of streams) await end();
      await spool?.close();
    },
  };
}

async function* nothing(): AsyncIterable<string> {
  // No instances to list.
}

async function* parsed(lines: AsyncIterable<string>): AsyncIterable<CoverageInstance> {
  for await (const line of lines) yield JSON.parse(line) as CoverageInstance;
}

async function fileStream(
  path: string,
  stream: CoverageStream,
  failed: (error: unknown) => void,
): Promise<OpenStream> {
  let file: OutputTarget | null = null;
  try {
    file = await openOver(path);
  } catch (error) {
    failed(error);
  }
  let last = Promise.resolve();
  return {
    stream,
    write: (text) => {
      last = last.then(async () => {
        try {
          await file?.handle.appendFile(text);
        } catch (error) {
          failed(error);
        }
      });
      return last;
    },
    end: async () => {
      await last;
      const open = file;
      file = null;
      await open?.close();
    },
  };
}
