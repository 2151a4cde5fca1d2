import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readJournal, type Damage } from '../../src/journal/index.ts';

/**
 * The lines that cannot be read in the journals of a state directory. The status of a command does not show them all:
 * a rollback without anything to undo also ends in 64.
 */
export async function damageIn(stateDir: string): Promise<readonly string[]> {
  if (!existsSync(stateDir)) return [];
  const damage: string[] = [];
  for (const file of readdirSync(stateDir, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.jsonl')) continue;
    const onDamage = ({ line, reason }: Damage): void =>
      void damage.push(`${file}: line ${String(line)} ${reason}`);
    for await (const event of readJournal(join(stateDir, file), { onDamage })) void event;
  }
  return damage;
}

/** Throws if a journal has a line that cannot be read. Every command must be able to read what another one wrote. */
export async function requireReadableJournals(stateDir: string): Promise<void> {
  const damage = await damageIn(stateDir);
  if (damage.length > 0) throw new Error(`Journals are damaged:\n${damage.join('\n')}`);
}
