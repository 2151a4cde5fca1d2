/** Fills the facts of one or more cases into the text of a fix. */
import { lastingPrincipal } from '../iam/principal.ts';

/** The facts of a case. General words replace missing ones. */
export type ReasonFacts = Readonly<Record<string, string | undefined>>;

/** The words for unknown facts. */
const inGeneral: ReasonFacts = {
  role: 'the role',
  account: 'in question',
  caller: 'the caller',
  principal: 'the principal that AWS names',
  action: 'the action that AWS names',
  region: 'in question',
  service: 'AWS',
  policy: 'the policy',
  endpoint: 'the endpoint',
  source: 'from the environment or profile',
  kind: 'foreign',
};

/** If a problem has several reasons, the names of facts are numbered: `1_action`. */
const numbered = /^(\d+_)?(.*)$/;

/** A fact in the words of a hint. A session becomes its role, so that the hint still applies to the next session. */
export function factOf(name: string, facts: ReasonFacts): string {
  const [, number = '', plain = ''] = numbered.exec(name) ?? [];
  const fact = facts[name];
  if (fact === undefined) return inGeneral[plain] ?? '';
  const role = facts[`${number}role`]?.replace(/^role /, '') ?? null;
  return plain === 'principal' || plain === 'caller' ? lastingPrincipal(fact, role) : fact;
}

/** A fact with `<account>` in place of the account's id. */
export const withoutAccount = (fact: string, account: string): string =>
  account === '' ? fact : fact.replaceAll(account, '<account>');

/** The names of the facts in a fix, in the order of its text. */
export const factsNamedIn = (fix: string): readonly string[] =>
  [...fix.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

/** The facts and the account of one of the cases that share a fix. */
export interface CaseFacts {
  readonly facts: ReasonFacts;
  readonly account: string;
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

/** A fact in a fix, with the option or word before it, which depends on the number of values. */
const places = /(--exclude-(?:region|account) |--assume-unused |region |account )?\{(\w+)\}/g;

/** The fix with the facts of its cases. It names every region, and says `<account>` if the accounts differ. */
export const fillFix = (fix: string, cases: readonly CaseFacts[]): string =>
  fix.replace(places, (_, before: string | undefined, name: string) => {
    const word = before ?? '';
    const values = distinct(cases.map(({ facts }) => factOf(name, facts)));
    switch (name.replace(numbered, '$2')) {
      case 'account':
        if (values.length === 1) return `${word}${values.join('')}`;
        return word === 'account ' ? 'each of these accounts' : `${word}<account>`;
      case 'region':
      case 'regions': {
        const regions = distinct(values.flatMap((list) => list.split(', ')));
        if (word.startsWith('--')) return `${word}${regions.join(',')}`;
        return word === 'region ' && regions.length > 1
          ? `each of the regions ${regions.join(', ')}`
          : `${word}${regions.join(', ')}`;
      }
      default: {
        if (values.length === 1) return `${word}${values.join('')}`;
        const own = cases.map(({ facts, account }) => withoutAccount(factOf(name, facts), account));
        return `${word}${distinct(own).join(', ')}`;
      }
    }
  });
