/** Worlds in files: YAML or JSON, checked before they are served. */
import { readFile, stat } from 'node:fs/promises';
import { withPresentNames } from '../world.ts';
import type { Account, World } from '../world.ts';
import { inconsistencies } from './validate.ts';
import type { Finding } from './validate.ts';

/** A world file that cannot be served. The message names the file, and for the first faults the place, what was found and the fix. */
export class WorldError extends Error {
  override readonly name = 'WorldError';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** In bytes. A world of 10,000 accounts with everything in it is far below it. */
const maxWorld = 500_000_000;

/** Reads a world. JSON is known by the ending `.json`; all else is read as YAML, of which JSON is a part. Throws `WorldError`. */
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

/** The text of a file that is looked at before it is read: no pipe, device or endless file is. */
export async function readRegular(
  file: string,
  { most, what }: { readonly most: number; readonly what: string },
): Promise<string> {
  const found = await stat(file);
  if (!found.isFile()) throw new Error('it is not a regular file');
  if (found.size > most) throw new Error(`it is larger than any ${what}`);
  return readFile(file, 'utf8');
}

/** The world in a file's content; `name` is the file's, for messages and to tell JSON from YAML. Throws `WorldError`. */
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

/** The data as a world, if it is one. Throws `WorldError`. */
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

/** The data as an account that may join a world; what is wrong with its references is found when it does. Throws `WorldError`. */
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

/** The world as YAML that reads back to an equal world. What accounts share is written once, and referred to. */
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

/** `accounts.3.parent` as `accounts[3].parent`. */
const bracketed = (path: string | null): string => (path ?? '').replace(/\.(\d+)(?=\.|$)/g, '[$1]');

const reason = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim();
