/** Where the journals of an organization are: `<state directory>/<organization id>/<run id>.jsonl`. */
import { homedir } from 'node:os';
import path from 'node:path';

/** What the default state directory depends on. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** The platform's directory for a program's state, plus `dhmc`. */
export function defaultStateDir(
  { platform, environment, home }: Surroundings = {
    platform: process.platform,
    environment: process.env,
    home: homedir(),
  },
): string {
  // The XDG specification says to ignore relative values.
  const xdg = environment['XDG_STATE_HOME'];
  if (xdg !== undefined && path.isAbsolute(xdg)) return path.join(xdg, 'dhmc');
  if (platform === 'win32')
    return path.join(environment['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'dhmc');
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'dhmc');
  return path.join(home, '.local', 'state', 'dhmc');
}

/** The folder of an organization's journals and of its lock. */
export const organizationFolder = (stateDir: string, organization: string): string =>
  path.join(stateDir, organization);

/** The path of a run's journal in its organization's folder. */
export const journalPath = (folder: string, run: string): string =>
  path.join(folder, `${run}${journalEnding}`);

export const journalEnding = '.jsonl';

/** The ending of a compressed journal. */
export const compressedEnding = '.jsonl.gz';

/** The name of a journal without folder and ending: the run's id, unless it was renamed. */
export const nameOfJournal = (file: string): string =>
  path.basename(path.basename(file, compressedEnding), journalEnding);

/** `YYYYMMDD-HHMMSS-xxxxxx`: sorts by time, to the second. */
export const runIdPattern = /^\d{8}-\d{6}-[a-z0-9]{6}$/;

/** Names the newest run wherever a run id is accepted. */
export const latestRun = 'latest';

/** Whether the text names a run: by its id, as the newest, or by a journal's file. */
export const isRunName = (name: string): boolean =>
  runIdPattern.test(name) ||
  name === latestRun ||
  name.endsWith(journalEnding) ||
  name.endsWith(compressedEnding);

/** `o-` and 10 to 32 letters or digits, as in Organizations' own pattern. */
export const organizationIdPattern = /^o-[a-z0-9]{10,32}$/;

/** The name of a journal until its plan is confirmed. */
export const unfinishedName = (journal: string): string =>
  path.join(path.dirname(journal), `.${path.basename(journal)}${unfinishedEnding}`);

/** The ending of files that are not complete yet. Whoever takes the lock removes those that a crash left. */
export const unfinishedEnding = '.unfinished';
