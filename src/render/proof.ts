/** A proof as a table, Markdown, CSV or JSON: each fact with the expectation and AWS's answer. */
import { withoutCodeMarks } from '../core/problems/code-marks.ts';
import { stringify } from 'csv-stringify/sync';
import { beliefs } from '../core/proof/beliefs.ts';
import type { Fact, Proof } from '../core/proof/proof.ts';
import { plural } from '../core/model/counted.ts';
import { escapeForTerminal, forCsv, forJson, forMarkdown, forMarkdownProse } from './escape.ts';
import type { proofFormats } from './index.ts';
import type { Style } from './style.ts';
import { wrap, wrapHanging } from './text-width.ts';

export type ProofFormat = (typeof proofFormats)[number];

export function renderProof(proof: Proof, format: ProofFormat, style: Style): string {
  switch (format) {
    case 'table':
      return table(proof, style);
    case 'json':
      return `${forJson(JSON.stringify(proof, null, 2))}\n`;
    case 'markdown':
      return markdown(proof);
    case 'csv':
      return stringify(
        [
          ['id', 'expected', 'observed', 'agrees', 'note'],
          ...proof.facts.map(({ id, expected, observed, agrees, note }) => [
            id,
            forCsv(expected ?? ''),
            forCsv(observed ?? ''),
            agrees === null ? '' : String(agrees),
            forCsv(note ?? ''),
          ]),
        ],
        { record_delimiter: 'windows' },
      );
  }
}

const beliefOf = (id: string): string => beliefs.find((entry) => entry.id === id)?.belief ?? id;

const answerOf = ({ agrees, observed }: Fact): string =>
  agrees === null ? (observed === null ? 'not tried' : 'measured') : agrees ? 'agrees' : 'DIFFERS';

const count = (proof: Proof, answer: string): number =>
  proof.facts.filter((fact) => answerOf(fact) === answer).length;

/** What a proof would do, for the prompt and for a dry run. */
export function proofPlanText(
  proof: Pick<Proof, 'account' | 'accountName' | 'region' | 'plan'>,
  columns: number,
): string {
  return [
    `Proof in ${escapeForTerminal(placeOf(proof))}:`,
    ...proof.plan.map((step, index) =>
      wrapHanging(step, { columns, start: `  ${String(index + 1)}. `, indent: '     ' }),
    ),
    ...wrap(
      'About 60 calls, one to two minutes. No existing DHMC role and no other cell is touched.',
      columns - 1,
      '',
    ),
    '',
  ].join('\n');
}

const placeOf = ({
  account,
  accountName,
  region,
}: Pick<Proof, 'account' | 'accountName' | 'region'>): string =>
  account === null
    ? region
    : `${accountName === null ? account : `${accountName} (${account})`}, ${region}`;

/** How many facts agree, differ, were measured and were not tried, as one sentence. */
function headline(proof: Proof): string {
  const differ = count(proof, 'DIFFERS');
  return [
    `${plural(count(proof, 'agrees'), 'fact')} ${count(proof, 'agrees') === 1 ? 'agrees' : 'agree'}`,
    `${String(differ)} ${differ === 1 ? 'differs' : 'differ'}`,
    `${String(count(proof, 'measured'))} measured`,
    `${String(count(proof, 'not tried'))} not tried.`,
  ].join(', ');
}

const ending = ({ restored, problem }: Proof): string =>
  restored
    ? problem === null
      ? 'Setting and role were read back: they are as before.'
      : `The proof ended early: ${problem.message} Setting and role were read back: they are as before.`
    : `NOT restored: ${problem?.message ?? ''} ${withoutCodeMarks(problem?.hint ?? '')}`;

function table(proof: Proof, { columns }: Style): string {
  if (proof.dryRun) return proofPlanText(proof, columns);
  const indent = '             ';
  const line = (label: string, text: string): string =>
    wrap(escapeForTerminal(`${label}${text}`), Math.max(20, columns - indent.length - 2), '')
      .map((part, index) => `${indent}${index === 0 ? '' : '  '}${part}`)
      .join('\n');
  const facts = proof.facts.map((fact) => {
    const { id, expected, observed, note } = fact;
    return [
      `${answerOf(fact).padEnd(indent.length)}${id}`,
      line('', withoutCodeMarks(beliefOf(id))),
      ...(expected === null || answerOf(fact) === 'agrees' ? [] : [line('expected: ', expected)]),
      ...(observed === null ? [] : [line('observed: ', observed)]),
      ...(note === null ? [] : [line('note: ', note)]),
    ].join('\n');
  });
  return `${[`Proof in ${escapeForTerminal(placeOf(proof))}`, ...facts, `${wrap(headline(proof), columns, '').join('\n')}\n${wrap(escapeForTerminal(ending(proof)), columns, '').join('\n')}`].join('\n\n')}\n`;
}

function markdown(proof: Proof): string {
  const rows = proof.facts.map((fact) => {
    const { id, expected, observed, note } = fact;
    return `| ${answerOf(fact)} | ${id} | ${[forMarkdownProse(beliefOf(id)), ...[expected ?? '', observed ?? '', note ?? ''].map(forMarkdown)].join(' | ')} |`;
  });
  return [
    ...(proof.dryRun
      ? [
          '# What dhmc would try',
          '',
          ...proof.plan.map((step, index) => `${String(index + 1)}. ${forMarkdown(step)}`),
        ]
      : ['# What AWS answered to dhmc', '', `${headline(proof)} ${forMarkdown(ending(proof))}`]),
    '',
    '| | fact | what dhmc expects of AWS | expected | observed | note |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
