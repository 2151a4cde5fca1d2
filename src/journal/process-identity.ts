/** Which process holds a lock, and whether it is still alive. */
import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import { systemCode } from './errors.ts';

/** A process, distinct from a later one with the same number. */
export interface ProcessIdentity {
  readonly host: string;
  /** The id of the system's installation, if the platform has one. */
  readonly machine: string | null;
  /** The id of the machine's current boot, if the platform has one. */
  readonly boot: string | null;
  /** The namespace of process numbers (each container has its own), if the platform names it. */
  readonly processSpace: string | null;
  readonly pid: number;
  /** When it started, in the platform's own format; null if the platform does not say. */
  readonly started: string | null;
}

export async function identifyThisProcess(): Promise<ProcessIdentity> {
  return {
    host: hostname(),
    machine: await contentOf('/etc/machine-id'),
    boot: await contentOf('/proc/sys/kernel/random/boot_id'),
    processSpace: await readlink('/proc/self/ns/pid').catch(() => null),
    pid: process.pid,
    started: (await startOf(process.pid)) ?? null,
  };
}

/**
 * `dead` only if it is certain: same host, and the machine was restarted since, or the process does not exist, or it
 * started at another time. On another host or in another container it is `unknown`.
 */
export async function holderLiveness(
  holder: ProcessIdentity,
  self: ProcessIdentity,
): Promise<'alive' | 'dead' | 'unknown'> {
  if (
    holder.host !== self.host ||
    holder.machine !== self.machine ||
    holder.processSpace !== self.processSpace
  )
    return 'unknown';
  // A different boot under the same host name may be another machine, unless the machine's own id is the same.
  if (holder.boot !== self.boot) return holder.machine === null ? 'unknown' : 'dead';
  const started = await startOf(holder.pid);
  if (started === undefined) return 'dead';
  return started === null || holder.started === null || started === holder.started
    ? 'alive'
    : 'dead';
}

const contentOf = (file: string): Promise<string | null> =>
  readFile(file, 'utf8').then(
    (text) => text.trim() || null,
    () => null,
  );

/** When the process started; null if the platform does not say; undefined if the process does not exist. */
async function startOf(pid: number): Promise<string | null | undefined> {
  if (process.platform === 'linux') {
    try {
      return startFromStat(await readFile(`/proc/${String(pid)}/stat`, 'utf8'));
    } catch (error) {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ESRCH')
        return runs(pid) ? null : undefined;
      return null;
    }
  }
  if (!runs(pid)) return undefined;
  if (process.platform === 'win32') return null;
  return promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], {
    env: { LC_ALL: 'C', TZ: 'UTC', PATH: process.env['PATH'] },
  }).then(
    ({ stdout }) => startFromPs(stdout),
    () => null,
  );
}

/**
 * The output of `ps -o lstart=` in the C locale: a date as strftime's `%c` formats it, padded with blanks. For a
 * process that it cannot inspect, ps prints a dash.
 */
export function startFromPs(stdout: string): string | null {
  const text = stdout.trim();
  return /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/.test(text) ? text : null;
}

/** Field 22 of stat in proc(5): start time in ticks since boot. A zombie (state Z or X) does not count as a process. */
function startFromStat(stat: string): string | null | undefined {
  // The second field is the program's name in parentheses, which may contain anything.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? undefined : (rest[18] ?? null);
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}
