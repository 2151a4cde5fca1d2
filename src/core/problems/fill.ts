/** Fills the facts of one case, or of many, into the text of a fix. */
import { lastingPrincipal } from '../iam/principal.ts';

/** What is known of a case. What is missing is written in general words. */
export type ReasonFacts = Readonly<Record<string, string | undefined>>;

/** Stands for a fact that is not known. */
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

/** Facts of several reasons in one problem are numbered: `1_action`. */
const numbered = /^(\d+_)?(.*)$/;

/** The fact as a hint says it: a session becomes its role, so that the hint still applies next time. */
export function factOf(name: string, facts: ReasonFacts): string {
  const [, number = '', plain = ''] = numbered.exec(name) ?? [];
  const fact = facts[name];
  if (fact === undefined) return inGeneral[plain] ?? '';
  const role = facts[`${number}role`]?.replace(/^role /, '') ?? null;
  return plain === 'principal' || plain === 'caller' ? lastingPrincipal(fact, role) : fact;
}

/** A fact in words that fit every account. */
export const withoutAccount = (fact: string, account: string): string =>
  account === '' ? fact : fact.replaceAll(account, '<account>');

/** In the order of the text. */
export const factsNamedIn = (fix: string): readonly string[] =>
  [...fix.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

/** The facts of one of the cases that share a fix, and the account that it is about. */
export interface CaseFacts {
  readonly facts: ReasonFacts;
  readonly account: string;
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

/** A place in a fix, with the option or word before it, which changes with the number. */
const places = /(--exclude-(?:region|account) |--assume-unused |region |account )?\{(\w+)\}/g;

/** The fix in the words of its cases: it names every region, and leaves a place for the account where the accounts differ. */
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
