/**
 * A worker of the full sweep: tries one point after another. The program to kill runs in its own process; the
 * commands after it run here.
 */
import { inThisProcess } from './in-this-process.ts';
import { tryPoint, type Outcome, type Point, type SweepOptions } from './sweep.ts';

export interface Task {
  readonly options: SweepOptions;
  readonly point: Point;
  /** The world of an uninterrupted run. */
  readonly expected: string;
}

const described = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

process.on('message', ({ options, point, expected }: Task) => {
  void tryPoint(options, point, expected, inThisProcess)
    .catch((error: unknown): Outcome => ({ killed: false, problem: described(error) }))
    .then((outcome) => process.send?.(outcome));
});
