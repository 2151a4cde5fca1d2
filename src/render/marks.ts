/** One mark per target for the map: told apart by its shape alone, and by its colour where there is one. */
import type { ChalkInstance } from 'chalk';
import type { State, Target, Verdict } from '../core/model/model.ts';

export interface Mark {
  readonly shape: string;
  readonly meaning: string;
  readonly paint: (chalk: ChalkInstance) => (text: string) => string;
}

const mark = (shape: string, meaning: string, paint: Mark['paint']): Mark => ({
  shape,
  meaning,
  paint,
});

const skipped = mark('-', 'skipped', (chalk) => chalk.dim);

const whole = mark('✓', 'enabled', (chalk) => chalk.green);
const none = mark('○', 'disabled', (chalk) => chalk.cyan);
const broken = mark('✗', 'broken', (chalk) => chalk.red);
const unknown = mark('?', 'unknown', (chalk) => chalk.red.bold);

const ofStates: Readonly<Record<State, Mark>> = {
  enabled: whole,
  whole,
  attached: whole,
  disabled: none,
  absent: none,
  foreign: mark('◆', 'foreign', (chalk) => chalk.magenta),
  'quick-setup': mark('◇', 'quick-setup', (chalk) => chalk.magenta),
  broken,
  pending: mark('~', 'pending', (chalk) => chalk.yellow),
  unknown,
};

const ofVerdicts: Readonly<Record<Verdict, Mark>> = {
  'in-sync': mark('✓', 'in-sync', (chalk) => chalk.green),
  changed: mark('●', 'changed', (chalk) => chalk.green.bold),
  'would-change': mark('○', 'would-change', (chalk) => chalk.cyan),
  conflict: mark('◆', 'conflict', (chalk) => chalk.magenta),
  blocked: mark('!', 'blocked', (chalk) => chalk.red.bold),
  failed: mark('✗', 'failed', (chalk) => chalk.red),
  'not-attempted': mark('»', 'not-attempted', (chalk) => chalk.yellow),
  skipped,
};

/** What is there, for a look; what became of it, for a command that changes. */
export type MarkedBy = 'state' | 'verdict';

export const markOf = (target: Pick<Target, 'state' | 'verdict'>, by: MarkedBy): Mark =>
  by === 'verdict' || target.verdict === 'skipped'
    ? ofVerdicts[target.verdict]
    : ofStates[target.state];

export const markOfVerdict = (verdict: Verdict): Mark => ofVerdicts[verdict];
