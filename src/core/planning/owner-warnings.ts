/** Warnings before the prompt: owners who would set a changed setting again. */
import type { PlannedTarget } from '../model/model.ts';
import { plural } from '../model/counted.ts';
import { isToChange, type Plan } from './plan.ts';
import { isTerraform } from '../owners/writer.ts';

/** The rest of a sentence that begins with `A setting to be changed` or `3 settings to be changed`. */
type Sentence = (settings: number) => string;

const it: Sentence = (settings) => (settings === 1 ? 'it' : 'them');
const wasSet: Sentence = (settings) => (settings === 1 ? 'was set' : 'were set');
const setsAgain = (settings: number): string => `sets ${it(settings)} again`;

/** What would set the setting again, and how to prevent that; null if nothing is known to do so. */
function comesBackBy({ owner, modifiedBy, to }: PlannedTarget): Sentence | null {
  switch (owner?.kind) {
    case 'stackset':
      return (n) =>
        `${n === 1 ? 'belongs' : 'belong'} to the stack set ${owner.name}: CloudFormation does not notice the change, and an update of the stack set can set ${it(n)} again. Run dhmc stackset remove first if the stack set is dhmc's, or else change the stack set`;
    case 'stack':
      return (n) =>
        `${wasSet(n)} by a CloudFormation stack (${owner.name}): CloudFormation does not notice the change, and an update of the stack can set ${it(n)} again. Change the stack first`;
    case 'quick-setup':
      // Quick Setup keeps an existing value, and only turns DHMC on where it is off.
      return to === null
        ? (n) =>
            `${wasSet(n)} by Quick Setup, whose association switches DHMC on again once a day. Delete its configuration first`
        : null;
    case 'automation':
      return (n) =>
        `${wasSet(n)} by an Automation runbook (${owner.name}): if its association has a schedule, it ${setsAgain(n)}. Delete the association first`;
    case 'other':
      if (owner.name === 'terraform')
        return (n) =>
          `${wasSet(n)} by Terraform (${owner.name}): its next apply ${setsAgain(n)}. Change its configuration first`;
      // Other programs can use the same session names.
      if (isTerraform(modifiedBy))
        return (n) =>
          `${wasSet(n)} by ${owner.name}, which is probably Terraform, judging by its name or its session's: its next apply ${setsAgain(n)}. Change its configuration first`;
      // After a rollback, a journal names the owner of the restored setting.
      return owner.evidence === 'writer' || owner.evidence === 'journal'
        ? (n) =>
            `${wasSet(n)} by ${owner.name}: if that is a pipeline, such as Terraform's, its next apply ${setsAgain(n)}. Change its configuration first`
        : null;
    default:
      return null;
  }
}

const maxAccounts = 10;

/** Whole sentences with unescaped untrusted text; empty if no owner would set a setting again. */
export function warningsOfOwners(plan: Plan): readonly string[] {
  const groups = new Map<
    string,
    { readonly why: Sentence; readonly places: Map<string, string[]> }
  >();
  for (const { account, targets } of plan.accounts)
    for (const target of targets) {
      if (target.kind !== 'setting' || !isToChange(target) || target.from === target.to) continue;
      const why = comesBackBy(target);
      if (why === null) continue;
      const { places } = groups.get(why(1)) ?? { places: new Map<string, string[]>() };
      groups.set(why(1), { why, places });
      const name = `${account.name} (${account.id})`;
      places.set(name, [...(places.get(name) ?? []), target.region ?? '']);
    }
  return [...groups.values()].map(({ why, places }) => {
    const settings = [...places.values()].reduce((sum, regions) => sum + regions.length, 0);
    const subject = settings === 1 ? 'A setting' : plural(settings, 'setting');
    const more = places.size - maxAccounts;
    const list = [...places]
      .slice(0, maxAccounts)
      .map(([name, regions]) => `${name} ${regions.join(', ')}`);
    const where = `${list.join('; ')}${more > 0 ? `; and ${plural(more, 'more account')}` : ''}`;
    return `${subject} to be changed ${why(settings)}. This concerns ${where}.`;
  });
}
