/** Texts and numbers that the table, Markdown and HTML of coverage share. */
import type { CoverageChanges, ManagedBy } from '../../core/coverage/model.ts';
import type { CoverageParts } from './format.ts';
import { firstOf, number, plural } from '../../core/model/counted.ts';

export const managerWords: Readonly<Record<ManagedBy, string>> = {
  dhmc: 'DHMC',
  profile: 'instance profile',
  activation: 'hybrid activation',
  none: 'not managed',
  unknown: 'unknown',
};

/** The result of the report in one line. */
export function headline({
  report: { summary, cells },
  leftOut,
}: Pick<CoverageParts, 'report' | 'leftOut'>): string {
  const { running, managedBy } = summary;
  const managed = running - managedBy.none - managedBy.unknown;
  const troubled = cells.filter(
    (cell) => (cell.running === null || cell.problem !== null) && !leftOut.has(cell),
  );
  const unread = troubled.filter((cell) => cell.running === null).length;
  const partly = troubled.length - unread;
  const rest = [
    ...(unread > 0 ? [`; ${plural(unread, 'cell')} could not be read`] : []),
    ...(partly > 0 ? [`; ${plural(partly, 'cell')} could be read only in part`] : []),
  ].join('');
  if (running === 0) return `no running instance${rest}`;
  return `${number(managed)} of ${plural(running, 'running instance')} managed${rest}`;
}

const maxIds = 10;
const ids = (list: readonly string[]): string =>
  list.length === 0 ? '' : `: ${firstOf(list, maxIds)}`;

/** The differences from the earlier report; empty without one. */
export function changeLines(changes: CoverageChanges | null): readonly string[] {
  if (changes === null) return [];
  return [
    `Since the earlier report: ${plural(changes.managed.length, 'instance')} became managed${ids(changes.managed)}`,
    `No longer managed: ${number(changes.lost.length)}${ids(changes.lost)}`,
    `Changed otherwise: ${number(changes.otherwise.length)}${ids(changes.otherwise.map(({ id, from, to }) => `${id} (${from} -> ${to})`))}`,
    `New instances: ${number(changes.new.length)}, gone: ${number(changes.gone.length)}`,
  ];
}
