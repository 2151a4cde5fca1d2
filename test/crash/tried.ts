/** The points already tried, kept in a file so that a stopped sweep can continue. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

export interface Tried {
  readonly sweep: string;
  readonly point: string;
  readonly killed: boolean;
  readonly failed: boolean;
}

export interface TriedPoints {
  /** The points of earlier sweeps that did not fail. */
  readonly before: readonly Tried[];
  add(tried: Tried): void;
}

/** Without a file, nothing is kept. */
export function triedPoints(file: string | undefined): TriedPoints {
  const lines = file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : '';
  const before = lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Tried);
  return {
    before: before.filter(({ failed }) => !failed),
    add: (tried) => {
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(tried)}\n`);
    },
  };
}
