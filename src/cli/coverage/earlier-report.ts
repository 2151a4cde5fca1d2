/** Reads the report of `--since` element by element, since it can be longer than the longest string. */
import { resolve } from 'node:path';
import { UsageError } from '../../core/model/errors.ts';
import {
  readJsonValues,
  ValueTooLarge,
  type JsonVisitor,
} from '../../core/validation/json-values.ts';
import { FileRefused, openRegular } from '../../journal/regular-file.ts';

type Members = Readonly<Record<string, unknown>>;
export const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface EarlierReportOptions extends JsonVisitor {
  /** The hint for a file that cannot be used. */
  readonly fix: string;
  /** Largest size, in bytes. */
  readonly most?: number;
}

/** In bytes. A report of a million instances has 620 MB, one of a million roles 3.5 GB. */
const maxReport = 20_000_000_000;

/** Throws `UsageError` if the file cannot be read or is not JSON. */
export async function readEarlierReport(
  name: string,
  { fix, most = maxReport, ...visitor }: EarlierReportOptions,
): Promise<void> {
  try {
    await readFile(name, visitor, most);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (error instanceof SyntaxError) throw new UsageError(`--since: "${name}" is not JSON.`, fix);
    if (error instanceof ValueTooLarge)
      throw new UsageError(`--since: "${name}" has a part that is too large to be read.`, fix);
    if (error instanceof FileRefused)
      throw new UsageError(`--since: the file "${name}" ${error.message}.`, fix);
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(
      code === 'ENOENT'
        ? `--since: file "${name}" not found.`
        : `--since: the file "${name}" cannot be read: ${code}.`,
      fix,
    );
  }
}

export interface RowsOptions {
  /** The schema, such as `dhmc.coverage/v1`, and `called`, the name of such a report in messages. */
  readonly schema: string;
  readonly called: string;
  readonly fix: string;
  readonly most?: number;
  /** Takes an element of a list, or a line of NDJSON. Returns false if it is invalid. */
  readonly row: (value: unknown) => boolean;
  readonly lists: Readonly<Record<string, (value: unknown) => boolean>>;
  /** Members that a complete report must have. */
  readonly needs?: readonly string[];
}

/** Reads a report of dhmc, as one document or as lines. Throws `UsageError` if it is of another kind or cut off. */
export async function readReportRows(
  name: string,
  { schema, called, fix, row, lists, needs = [], ...limits }: RowsOptions,
): Promise<{ readonly organization: string | null }> {
  const heads: Members[] = [];
  let isWhole = true;
  const checked =
    (take: (value: unknown) => boolean) =>
    (value: unknown): void => {
      if (!take(value)) isWhole = false;
    };
  await readEarlierReport(name, {
    ...limits,
    fix,
    lists: Object.fromEntries(Object.entries(lists).map(([list, take]) => [list, checked(take)])),
    document: (value) => {
      if (isObject(value) && value['schema'] !== undefined) heads.push(value);
      else checked(row)(value);
    },
  });
  const [report] = heads;
  if (report?.['schema'] !== schema)
    throw new UsageError(`--since: "${name}" is not ${called}.`, fix);
  if (!isWhole || needs.some((member) => !Array.isArray(report[member])))
    throw new UsageError(
      `--since: "${name}" is not a complete ${called.replace(/^an? /, '')}.`,
      fix,
    );
  const { organization } = report;
  const id = isObject(organization) ? organization['id'] : undefined;
  return { organization: typeof id === 'string' ? id : null };
}

async function readFile(name: string, visitor: JsonVisitor, most: number): Promise<void> {
  const handle = await openRegular(resolve(name), { most });
  try {
    const reader = readJsonValues(visitor);
    let size = 0;
    const block = Buffer.allocUnsafe(1024 * 1024);
    for (;;) {
      const { bytesRead } = await handle.read(block, 0, block.length, null);
      if (bytesRead === 0) break;
      size += bytesRead;
      if (size > most) throw new FileRefused('is still being written');
      reader.push(block.subarray(0, bytesRead));
    }
    reader.end();
  } finally {
    await handle.close();
  }
}
