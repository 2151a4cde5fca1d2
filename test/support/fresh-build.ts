/**
 * Builds the program if its sources or build scripts are newer than the build, so that the tests run the current
 * code.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildProgram } from '../../scripts/build.ts';

const root = join(import.meta.dirname, '../..');

function newest(directory: string): number {
  return Math.max(
    ...readdirSync(directory, { recursive: true, encoding: 'utf8' }).map(
      (file) => statSync(join(directory, file)).mtimeMs,
    ),
  );
}

function builtAt(): number {
  try {
    return statSync(join(root, 'dist/main.js')).mtimeMs;
  } catch {
    return 0;
  }
}

export default async function freshBuild(): Promise<void> {
  const changedAt = Math.max(newest(join(root, 'src')), newest(join(root, 'scripts')));
  if (changedAt > builtAt()) await buildProgram();
}
