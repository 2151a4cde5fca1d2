/** Runs a `credential_process` once, and reads the credentials that it prints. */
import { spawn } from 'node:child_process';
import { CommandError } from '../../core/model/errors.ts';
import { problemFor } from '../../core/problems/hints.ts';
import { hiddenVariables } from '../environment/certificates.ts';
import { redact } from '../responses/redact.ts';
import type { Provided } from './provided.ts';

/** A helper may wait for its user, but not longer than this. */
const helperWithinMs = 120_000;
/** How long to read output of a helper's child processes after the helper exits. */
const graceMs = 1000;
const maxOutput = 256 * 1024;

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
  readonly killedBy: string | null;
}

export interface HelperOptions {
  /** The profile and its file. */
  readonly place: string;
  readonly command: string;
  readonly signal?: AbortSignal | undefined;
  readonly withinMs?: number;
}

const failed = (place: string, message: string): CommandError =>
  new CommandError(problemFor('source-helper-failed', `${place}: credential_process ${message}`));

/** Runs the helper. Rejects if it cannot start, takes too long or is interrupted, and then stops it. */
const run = ({
  place,
  command,
  signal,
  withinMs = helperWithinMs,
}: HelperOptions): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, {
      shell: true,
      stdio: ['inherit', 'pipe', 'pipe'],
      env: { ...process.env, ...hiddenVariables() },
      windowsHide: true,
    });
    const texts = { stdout: '', stderr: '' };
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', interrupted);
      settle();
      child.kill();
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
    };
    const interrupted = (): void => {
      end(() => reject(failed(place, 'was interrupted.')));
    };
    const timer = setTimeout(() => {
      const seconds = String(withinMs / 1000);
      end(() => reject(failed(place, `did not end within ${seconds} seconds.`)));
    }, withinMs);
    signal?.addEventListener('abort', interrupted);
    for (const name of ['stdout', 'stderr'] as const)
      child[name].on('data', (chunk: Buffer) => {
        if (texts[name].length < maxOutput) texts[name] += chunk.toString('utf8');
      });
    child.on('error', (error) => {
      end(() => reject(failed(place, `could not be started: ${error.message}`)));
    });
    const done = (status: number | null, killedBy: string | null): void => {
      end(() => resolve({ ...texts, status, killedBy }));
    };
    child.on('close', done);
    child.on('exit', (status, killedBy) => setTimeout(done, graceMs, status, killedBy).unref());
  });

const secretWords =
  /\b(pass(?:word|wd|phrase)?|secret|token|api[_-]?key)(["']?\s*[:=]\s*["']?)[^\s"',;]+/gi;
const maxWords = 500;

/** The helper's output on one line, without anything that looks like a secret. */
export const wordsOf = (text: string): string => {
  const lines = text.split(/[\r\n]+/).map((line) => line.trim());
  const words = redact(lines.filter((line) => line !== '').join('; ')).replace(
    secretWords,
    '$1$2…',
  );
  return words.length > maxWords ? `${words.slice(0, maxWords)}…` : words;
};

/** The first line of output that is not JSON, unless it could contain credentials. */
const printed = (stdout: string): string => {
  const line = stdout.trim().split(/[\r\n]/, 1)[0] ?? '';
  return line === '' || /[{"]|\S{16}/.test(line) ? '' : `: ${wordsOf(line)}`;
};

const programOf = (command: string): string =>
  /^\s*("[^"]*"|'[^']*'|\S+)/.exec(command)?.[1]?.replace(/^["']|["']$/g, '') ?? command;

const failureOf = (command: string, { status, killedBy, stderr }: Ended): string => {
  const program = programOf(command);
  const words = wordsOf(stderr);
  if (status === 127) return `was not found: ${program}`;
  if (status === 126) return `may not be executed: ${program}`;
  const how =
    killedBy === null ? `ended with status ${String(status)}` : `was ended by ${killedBy}`;
  return words === '' ? `${how} and said nothing.` : `${how}: ${words}`;
};

const member = (value: unknown, name: string): string | undefined => {
  const found: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof found === 'string' && found !== '' ? found : undefined;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
};

/** Gets the credentials from a helper. Throws `CommandError` with the helper's own output if it prints none. */
export const fromHelper = async (options: HelperOptions): Promise<Provided> => {
  const { place, command } = options;
  const ended = await run(options);
  if (ended.status !== 0) throw failed(place, failureOf(command, ended));
  const answer = parsed(ended.stdout.trim());
  const words = ended.stderr.trim() === '' ? '' : ` It said: ${wordsOf(ended.stderr)}`;
  if (typeof answer !== 'object' || answer === null)
    throw failed(
      place,
      ended.stdout.trim() === ''
        ? `printed no credentials.${words}`
        : `printed something that is not JSON${printed(ended.stdout)}.${words}`,
    );
  if (!('Version' in answer) || answer.Version !== 1)
    throw failed(place, 'printed JSON without "Version": 1.');
  const [accessKeyId, secretAccessKey] = [
    member(answer, 'AccessKeyId'),
    member(answer, 'SecretAccessKey'),
  ];
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw failed(place, 'printed JSON without AccessKeyId or SecretAccessKey.');
  const [sessionToken, ends] = [member(answer, 'SessionToken'), member(answer, 'Expiration')];
  const expiration = ends === undefined ? undefined : new Date(ends);
  if (expiration !== undefined && Number.isNaN(expiration.getTime()))
    throw failed(place, 'printed an Expiration that is not a time.');
  if (expiration !== undefined && expiration.getTime() <= Date.now())
    throw new CommandError(
      problemFor(
        'source-helper-expired',
        `${place}: credential_process printed credentials that expired at ${expiration.toISOString()}.`,
      ),
    );
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    ...(expiration === undefined ? {} : { expiration }),
  };
};
