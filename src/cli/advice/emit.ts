/** `--emit DIR`: writes the documents that replace removed policies, in one folder per role. */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AdvisedRole } from '../../core/advice/judge.ts';
import { UsageError } from '../../core/model/errors.ts';
import { makeFolders, refuseForeignLinks, writeOver } from '../../journal/index.ts';
import { shown } from '../terminal/terminal.ts';

/** Whether a name from AWS can be a folder name, so that it cannot lead out of its parent folder. */
const isSegment = (name: string): boolean =>
  /^[\w+=,.@-]{1,128}$/.test(name) && !/^\.+$/.test(name);

export interface Emitter {
  write(role: AdvisedRole): Promise<void>;
  /** Files written so far. */
  count(): number;
  /** The files that could not be written, and why. */
  failures(): readonly string[];
}

/** Throws `UsageError` if the path cannot be used as a folder. */
export async function openEmitter(folder: string): Promise<Emitter> {
  await refuseForeignLinks('--emit: the directory', folder);
  const there = await stat(folder).catch(() => null);
  if (there !== null && !there.isDirectory())
    throw new UsageError(
      `--emit: "${folder}" exists and is not a directory.`,
      'Name another directory, or remove what is in the way.',
    );
  try {
    await makeFolders(folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `--emit: "${folder}" cannot be created: ${reason}.`,
      'Name a directory that you can write to.',
    );
  }
  let count = 0;
  const failures: string[] = [];

  const put = async (path: string, text: string): Promise<void> => {
    try {
      await refuseForeignLinks('--emit: the file', path);
      const before = await stat(path).catch(() => null);
      if (before !== null && !before.isFile()) throw new Error('it is not a regular file');
      await makeFolders(dirname(path));
      await writeOver(path, [text]);
      count += 1;
    } catch (error) {
      failures.push(
        `${shown(path)}: ${shown(error instanceof Error ? error.message : String(error))}`,
      );
    }
  };

  return {
    count: () => count,
    failures: () => failures,
    write: async ({ advice, replacements, owner }) => {
      const { account, name } = advice;
      if (replacements.length === 0 && owner === null) return;
      if (!isSegment(account) || !isSegment(name)) {
        failures.push(
          `the role ${shown(name)} of ${shown(account)}: its name cannot be used as a folder name`,
        );
        return;
      }
      for (const { policy, document } of replacements)
        if (isSegment(policy))
          await put(
            join(folder, account, name, `${policy}.json`),
            `${JSON.stringify(document, null, 2)}\n`,
          );
      const note = [
        ...(advice.verdict === 'not-yet' && replacements.length > 0 ? [tooEarly(advice)] : []),
        ...(owner === null
          ? []
          : [
              `By its tags, ${shown(owner)} owns the role ${name} of account ${account}. Make the change there: changes made by hand are undone later, or count as drift.`,
            ]),
      ];
      if (note.length > 0)
        await put(join(folder, account, name, 'NOTE.txt'), `${note.join('\n\n')}\n`);
    },
  };
}

/** Whoever gets the folder alone sees nothing of the verdict, and a document in place of a policy ends the heartbeat. */
const tooEarly = ({
  account,
  name,
  blockers,
}: Pick<AdvisedRole['advice'], 'account' | 'name' | 'blockers'>): string =>
  `When this was written, the role ${name} of account ${account} was not-yet (${[...new Set(blockers.map(({ reason }) => reason))].join(', ')}): if its policies go now, its instances may be lost. Run \`dhmc advise --account ${account} --instance-role ${name}\`, resolve the blockers, and then follow its steps in their order.`;
