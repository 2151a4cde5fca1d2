/** What a command knows about the owners of settings, apart from the readings of accounts. */
import { listStackSetCells, openOwners, type OwnerSource } from '../../run/owners.ts';
import type { CommandSession } from '../session/session.ts';
import { version } from '../version.ts';

/** Reads the journals of the folders while the accounts are being read. */
export async function ownersFor(
  { cloud, invocation }: CommandSession,
  ...folders: readonly string[]
): Promise<OwnerSource> {
  const { readClaims } = await import('../../journal/index.ts');
  const journals = readClaims(folders, { version });
  // Whoever awaits it gets the error; a command without accounts never awaits it.
  journals.catch(() => undefined);
  return openOwners({
    journals,
    listCells: () => listStackSetCells(cloud),
    isWanted: invocation.options.values.owner !== undefined,
  });
}
