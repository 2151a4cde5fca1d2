/** One mark per target for the map: each has its own shape, and its own color where colors are shown. */
import type { ChalkInstance } from 'chalk';
import { deedOf } from '../core/record/deeds.ts';
import type { Deed, Report, State, Target, Verdict } from '../core/model/model.ts';
import { isBegun, wouldBeDenied } from './targets.ts';

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

/** For a plan: marks for additions point up or in, marks for removals down or out. */
const ofDeeds: Readonly<Record<Deed, Mark>> = {
  create: mark('+', 'create', (chalk) => chalk.green),
  attach: mark('⊕', 'attach', (chalk) => chalk.green),
  repair: mark('≈', 'repair', (chalk) => chalk.yellow),
  set: mark('▲', 'set', (chalk) => chalk.cyan),
  replace: mark('◪', 'replace', (chalk) => chalk.magenta),
  reset: mark('▽', 'reset', (chalk) => chalk.yellow),
  detach: mark('⊖', 'detach', (chalk) => chalk.red),
  delete: mark('✖', 'DELETE', (chalk) => chalk.red.bold),
};

/** For a plan that was checked with `--preflight`. */
export const deniedMark = mark('⊘', 'would be denied', (chalk) => chalk.red.bold);

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

/** For a run that was killed. */
const begun = mark('?', 'begun (result unknown)', (chalk) => chalk.yellow.bold);

/** What the marks show: for a status the state, for a run the verdict, for a plan the deed. */
export type MarkedBy = 'state' | 'verdict' | 'deed';

export const markedBy = ({ action, dryRun }: Pick<Report, 'action' | 'dryRun'>): MarkedBy =>
  action === 'status' ? 'state' : dryRun ? 'deed' : 'verdict';

export const markOf = (
  target: Pick<Target, 'kind' | 'state' | 'verdict' | 'from' | 'to' | 'problem'>,
  by: MarkedBy,
): Mark => {
  if (by === 'deed' && target.verdict === 'would-change')
    return wouldBeDenied(target) ? deniedMark : ofDeeds[deedOf(target)];
  if (by === 'verdict' && isBegun(target.problem)) return begun;
  return by !== 'state' || target.verdict === 'skipped'
    ? ofVerdicts[target.verdict]
    : ofStates[target.state];
};

export const markOfVerdict = (verdict: Verdict): Mark => ofVerdicts[verdict];
