/** The targets of an account, in a dialog at the side: old and new values, who set them and when, and the fix. */
import { isProbable } from '../../../core/owners/words.ts';
import { escapeControls } from '../../escape.ts';
import { button, h, prose } from './dom.ts';
import { deedMark, mark } from './marks.ts';
import { isPlainClick } from './pointer.ts';
import { isExceptional } from './view.ts';
import type { AccountView, ProblemView, TargetView, View } from './view.ts';
import { plural, stateTitles, time, unitName, verdictText, verdictTitles } from './words.ts';

const readable = (value: string | null): string => {
  if (value === null) return 'none';
  if (!value.startsWith('{')) return escapeControls(value);
  try {
    const role: unknown = JSON.parse(value);
    if (typeof role === 'object' && role !== null && 'arn' in role && typeof role.arn === 'string')
      return escapeControls(role.arn);
  } catch {
    // It is not JSON: show it unchanged.
  }
  return escapeControls(value);
};

const trustOf = (value: string | null): string | null => {
  if (value === null || !value.startsWith('{')) return null;
  try {
    const role: unknown = JSON.parse(value);
    return typeof role === 'object' &&
      role !== null &&
      'trust' in role &&
      typeof role.trust === 'string'
      ? role.trust
      : null;
  } catch {
    return null;
  }
};

/** `mild` if nobody needs to act, such as for a note on a target that was skipped or is in sync. */
const problemBox = (problem: ProblemView, tone: 'mild' | 'bad'): HTMLElement =>
  h(
    'div',
    { class: `problem ${tone}` },
    h('p', { class: 'hint' }, ...prose(escapeControls(problem.hint))),
    h('p', { class: 'message' }, h('code', {}, problem.code), ' ', escapeControls(problem.message)),
    problem.requestId === null
      ? null
      : h('p', { class: 'request' }, `Request id ${escapeControls(problem.requestId)}`),
  );

const values = (target: TargetView): HTMLElement => {
  const [from, to] = [readable(target.from), readable(target.to)];
  const [trustFrom, trustTo] = [trustOf(target.from), trustOf(target.to)];
  const same = target.from === target.to;
  const unread =
    same && target.from === null && target.state === 'unknown' && target.attempts === 0;
  return h(
    'dl',
    { class: 'values' },
    ...(same
      ? [h('dt', {}, 'Value'), h('dd', {}, unread ? 'not read' : h('code', {}, from))]
      : [
          h('dt', {}, 'From'),
          h('dd', {}, h('code', {}, from)),
          h('dt', {}, 'To'),
          h('dd', {}, h('code', {}, to)),
        ]),
    ...(trustFrom !== null && trustFrom !== trustTo
      ? [h('dt', {}, 'Trust was'), h('dd', {}, h('code', {}, escapeControls(trustFrom)))]
      : []),
    ...(trustTo === null
      ? []
      : [h('dt', {}, 'Trust'), h('dd', {}, h('code', {}, escapeControls(trustTo)))]),
    ...(target.modifiedBy === null && target.modifiedAt === null
      ? []
      : [
          h('dt', {}, 'Set by'),
          h(
            'dd',
            {},
            h('code', {}, escapeControls(target.modifiedBy ?? 'unknown')),
            target.modifiedAt === null
              ? null
              : h('span', { class: 'when' }, time(target.modifiedAt)),
          ),
        ]),
    ...(target.owner === null
      ? []
      : [
          h('dt', {}, 'Owner'),
          h(
            'dd',
            {},
            `${isProbable(target.owner) ? 'probably ' : ''}${target.owner.kind} `,
            h('code', {}, escapeControls(target.owner.name)),
            `, by ${target.owner.evidence}`,
          ),
        ]),
    ...(target.attempts === 0
      ? []
      : [
          h('dt', {}, 'Written'),
          h(
            'dd',
            {},
            `${plural(target.attempts, 'attempt')}, ${target.durationMs.toLocaleString('en-US')} ms`,
          ),
        ]),
  );
};

const targetItem = (target: TargetView, open: boolean): HTMLElement => {
  const head = h(
    'summary',
    {},
    target.deed === null ? mark(target.state) : deedMark(target.deed),
    h(
      'span',
      { class: 'place' },
      target.region === null
        ? target.kind === 'setting'
          ? 'all regions'
          : target.kind
        : target.region,
    ),
    h('span', { class: 'state', title: stateTitles[target.state] ?? null }, target.state),
    h(
      'span',
      { class: `verdict v-${target.verdict}`, title: verdictTitles[target.verdict] ?? null },
      verdictText(target.verdict, target),
    ),
  );
  return h(
    'details',
    { class: 'target', open, 'data-region': target.region ?? target.kind },
    head,
    target.problem === null
      ? null
      : problemBox(target.problem, isExceptional(target.verdict) ? 'bad' : 'mild'),
    values(target),
  );
};

export interface Detail {
  readonly element: HTMLDialogElement;
  /** Opens the account, scrolled to the region if one is given. */
  readonly open: (account: AccountView, region: string | null) => void;
}

export const detail = (view: View): Detail => {
  const body = h('div', { class: 'detail-body' });
  const dialog = h('dialog', { class: 'detail', 'aria-labelledby': 'detail-title' }, body);
  // A click outside the dialog closes it, if it also began outside, and is not the second click of the double click
  // that opened it.
  let isPressedBeside = false;
  dialog.addEventListener('pointerdown', (event) => {
    isPressedBeside = event.target === dialog;
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog && isPressedBeside && isPlainClick(event)) dialog.close();
  });
  return {
    element: dialog,
    open: (account, region) => {
      const targets = Array.from({ length: account.count }, (_, offset) =>
        view.target(account, account.first + offset),
      );
      const problem = view.problem(account.problem, account, null, 0);
      const opened = new Set<TargetView>();
      const loud = (target: TargetView): boolean =>
        isExceptional(target.verdict) || target.problem !== null;
      // Of the targets with the same problem, only the first is expanded, since all say the same.
      const seen = new Set<string>();
      for (const target of targets.filter(loud)) {
        const key = `${target.problem?.code ?? target.verdict} ${target.problem?.hint ?? ''}`;
        if (!seen.has(key)) opened.add(target);
        seen.add(key);
      }
      body.replaceChildren(
        h(
          'header',
          {},
          h(
            'div',
            {},
            h(
              'h2',
              { id: 'detail-title', tabindex: -1 },
              escapeControls(account.name) || account.id,
            ),
            h(
              'p',
              { class: 'quiet' },
              `${account.id} · ${unitName(account.path)} · ${escapeControls(account.state)}`,
            ),
          ),
          button({ class: 'close', 'aria-label': 'Close' }, () => dialog.close(), '✕'),
        ),
        ...(account.skipped === null
          ? []
          : [h('p', { class: 'skipped' }, `Skipped: ${escapeControls(account.skipped)}`)]),
        ...(problem === null ? [] : [problemBox(problem, account.exceptions > 0 ? 'bad' : 'mild')]),
        h(
          'div',
          { class: 'targets' },
          ...targets.map((target) =>
            targetItem(
              target,
              (loud(target) && problem === null && opened.has(target)) ||
                (region !== null && (target.region ?? target.kind) === region),
            ),
          ),
        ),
      );
      dialog.showModal();
      body.scrollTop = 0;
      const asked =
        region === null
          ? null
          : body.querySelector(`[data-region="${CSS.escape(region)}"] summary`);
      if (asked instanceof HTMLElement) asked.focus();
      else body.querySelector<HTMLElement>('#detail-title')?.focus();
    },
  };
};
