/** A plan's warnings and notes, for every format that people read. */
import { plural } from '../core/model/counted.ts';
import type { Report } from '../core/model/model.ts';

export interface Remark {
  readonly kind: 'warning' | 'note';
  /** Contains untrusted names: escape it. */
  readonly text: string;
}

export const remarkTitle: Readonly<Record<Remark['kind'], string>> = {
  warning: 'Warning',
  note: 'Note',
};

/** More notes are only counted; the JSON report has all of them. */
export const maxNotes = 20;

/** All warnings, then the first notes. */
export function remarksOf({
  warnings,
  notes,
}: Pick<Report, 'warnings' | 'notes'>): readonly Remark[] {
  const more = notes.length - maxNotes;
  return [
    ...warnings.map((text) => ({ kind: 'warning', text }) as const),
    ...notes.slice(0, maxNotes).map((text) => ({ kind: 'note', text }) as const),
    ...(more > 0
      ? [
          {
            kind: 'note',
            text: `${plural(more, 'more note')}: the JSON report has all of them.`,
          } as const,
        ]
      : []),
  ];
}
