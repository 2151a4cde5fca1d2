/** Where the journals of an organization lie: `<state directory>/<organization id>/<run id>.jsonl`. */
import { homedir } from 'node:os';
import path from 'node:path';

/** What the default state directory follows from. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** The platform's directory for what a program keeps between runs, with `dhmc` in it. */
export function defaultStateDir(
  { platform, environment, home }: Surroundings = {
    platform: process.platform,
    environment: process.env,
    home: homedir(),
  },
): string {
  // The XDG specification has relative values ignored.
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

/** Where a run's journal lies in its organization's folder. */
export const journalPath = (folder: string, run: string): string =>
  path.join(folder, `${run}${journalEnding}`);

export const journalEnding = '.jsonl';

/** What an archived journal is named. */
export const compressedEnding = '.jsonl.gz';

/** A journal's name without its folder and ending: its run's id, unless it was renamed. */
export const nameOfJournal = (file: string): string =>
  path.basename(path.basename(file, compressedEnding), journalEnding);

/** `YYYYMMDD-HHMMSS-xxxxxx`: in time order when sorted as text, to the second. */
export const runIdPattern = /^\d{8}-\d{6}-[a-z0-9]{6}$/;

/** Names the newest run wherever a run's id is taken. */
export const latestRun = 'latest';

/** Whether a run is named, by its id, as the newest, or by a journal's file, and no other file. */
export const isRunName = (name: string): boolean =>
  runIdPattern.test(name) ||
  name === latestRun ||
  name.endsWith(journalEnding) ||
  name.endsWith(compressedEnding);

/** `o-` and 10 to 32 letters or digits, as Organizations' own pattern has it. */
export const organizationIdPattern = /^o-[a-z0-9]{10,32}$/;

/** What a journal is named until its plan is confirmed. */
export const unfinishedName = (journal: string): string =>
  path.join(path.dirname(journal), `.${path.basename(journal)}${unfinishedEnding}`);

/** Of files that are not in their place yet: whoever takes the lock removes what a crash left of these. */
export const unfinishedEnding = '.unfinished';
