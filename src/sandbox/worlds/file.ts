/** Reads and checks world files in YAML or JSON. */
import { readFile, stat } from 'node:fs/promises';
import { withPresentNames } from '../world.ts';
import type { Account, World } from '../world.ts';
import { inconsistencies } from './validate.ts';
import type { Finding } from './validate.ts';

/**
 * A world file that cannot be served. The message names the file and, for the first findings, the place, the value
 * and the fix.
 */
export class WorldError extends Error {
  override readonly name = 'WorldError';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** The maximum size of a world file, in bytes. A full world of 10,000 accounts is far smaller. */
const maxWorld = 500_000_000;

/**
 * Reads a world file. Files that end in `.json` are JSON; all others are YAML, which includes JSON. Throws
 * `WorldError`.
 */
export async function readWorld(file: string): Promise<World> {
  let content: string;
  try {
    content = await readRegular(file, { most: maxWorld, what: 'world' });
  } catch (error) {
    throw new WorldError(
      `The world file ${file} cannot be read: ${reason(error)}`,
      'Name a file that holds a world in YAML or JSON.',
    );
  }
  return parseWorld(content, file);
}

/** Reads a regular file of limited size. Rejects pipes, devices and files larger than `most` bytes. */
export async function readRegular(
  file: string,
  { most, what }: { readonly most: number; readonly what: string },
): Promise<string> {
  const found = await stat(file);
  if (!found.isFile()) throw new Error('it is not a regular file');
  if (found.size > most) throw new Error(`it is larger than any ${what}`);
  return readFile(file, 'utf8');
}

/** Parses a world. `name` is the file's name, which decides between JSON and YAML. Throws `WorldError`. */
export async function parseWorld(content: string, name: string): Promise<World> {
  const language = name.endsWith('.json') ? 'JSON' : 'YAML';
  let data: unknown;
  try {
    data =
      language === 'JSON' ? JSON.parse(content) : (await import('./yaml.ts')).parseYaml(content);
  } catch (error) {
    throw new WorldError(
      `The world file ${name} is not ${language}: ${reason(error)}`,
      `Correct the ${language}, or compare with what dhmc sandbox --print-world writes.`,
    );
  }
  return checkWorld(data, name);
}

/** Checks that the data is a world. Throws `WorldError`. */
export async function checkWorld(data: unknown, name: string): Promise<World> {
  const { worldSchema, safeParse, getDotPath } = await import('./schema.ts');
  const parsed = safeParse(worldSchema, data);
  if (!parsed.success) {
    throw refusal(
      name,
      parsed.issues.map((issue) => ({
        path: bracketed(getDotPath(issue)),
        found:
          issue.expected === 'never'
            ? 'a member of this name'
            : issue.kind === 'schema'
              ? described(issue.received, issue.input)
              : JSON.stringify(issue.input),
        fix: issue.kind === 'schema' ? expectation(issue.expected) : issue.message,
      })),
    );
  }
  const world: World = parsed.output;
  const findings = inconsistencies(world);
  if (findings.length > 0) throw refusal(name, findings);
  return world;
}

/** Checks that the data is an account. Its references are checked when it joins. Throws `WorldError`. */
export async function checkAccount(data: unknown): Promise<Account> {
  const { accountSchema, safeParse, getDotPath } = await import('./schema.ts');
  const parsed = safeParse(accountSchema, data);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new WorldError(
    `The account cannot join: ${bracketed(getDotPath(issue))}: ${issue.message}`,
    'Give it as in a world file.',
  );
}

/** The world as YAML, which reads back to an equal world. Objects that accounts share are written once. */
export async function printWorld(world: World): Promise<string> {
  return (await import('./yaml.ts')).formatYaml(withPresentNames(world));
}

const shown = 5;

function refusal(name: string, findings: readonly Finding[]): WorldError {
  const lines = findings
    .slice(0, shown)
    .map(({ path, found, fix }) => `  ${path === '' ? 'the file' : path}: found ${found}; ${fix}`);
  if (findings.length > shown) lines.push(`  and ${findings.length - shown} more`);
  return new WorldError(
    `The world file ${name} holds no world that can be served:\n${lines.join('\n')}`,
    'Correct the places named, or start from what dhmc sandbox --print-world writes.',
  );
}

function described(received: string, input: unknown): string {
  if (input === undefined) return 'nothing';
  if (typeof input === 'number') return `the number ${input}`;
  return received;
}

function expectation(expected: string | null): string {
  if (expected === null || expected === 'never')
    return 'remove it: the format knows no such member';
  if (expected === 'string') return 'write a text (in quotes, where it looks like a number)';
  return `write ${expected}`;
}

/** Converts `accounts.3.parent` to `accounts[3].parent`. */
const bracketed = (path: string | null): string => (path ?? '').replace(/\.(\d+)(?=\.|$)/g, '[$1]');

const reason = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim();
