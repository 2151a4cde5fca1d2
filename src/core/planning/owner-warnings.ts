/** Warnings before a plan is confirmed: owners who would set a changed setting again. */
import type { PlannedTarget } from '../model/model.ts';
import { plural } from '../model/counted.ts';
import { isToChange, type Plan } from './plan.ts';
import { isTerraform } from '../owners/writer.ts';

/** What will set it again, and how to prevent that; null if nothing is known to. */
function comesBackBy({ owner, modifiedBy, to }: PlannedTarget): string | null {
  switch (owner?.kind) {
    case 'stackset':
      return `belongs to the stack set ${owner.name}: CloudFormation does not notice the change, and an update of the stack set can set it again. Run dhmc stackset remove first if the stack set is dhmc's, or else change the stack set`;
    case 'stack':
      return `was set by a CloudFormation stack (${owner.name}): CloudFormation does not notice the change, and an update of the stack can set it again. Change the stack first`;
    case 'quick-setup':
      // Quick Setup keeps a role that is set, and only switches DHMC on where it is off.
      return to === null
        ? 'was set by Quick Setup, whose association switches DHMC on again once a day. Delete its configuration first'
        : null;
    case 'automation':
      return `was set by an Automation runbook (${owner.name}): if its association has a schedule, it sets the setting again. Delete the association first`;
    case 'other':
      if (owner.name === 'terraform' || isTerraform(modifiedBy))
        return `was set by Terraform (${owner.name}): its next apply sets it again. Change its configuration first`;
      return owner.evidence === 'writer'
        ? `was set by ${owner.name}: if that is a pipeline, such as Terraform's, its next apply sets it again. Change its configuration first`
        : null;
    default:
      return null;
  }
}

const maxAccounts = 10;

/** Whole sentences, with untrusted text not yet escaped; none where no owner will set anything again. */
export function warningsOfOwners(plan: Plan): readonly string[] {
  const groups = new Map<string, Map<string, string[]>>();
  for (const { account, targets } of plan.accounts)
    for (const target of targets) {
      if (target.kind !== 'setting' || !isToChange(target) || target.from === target.to) continue;
      const why = comesBackBy(target);
      if (why === null) continue;
      const places = groups.get(why) ?? new Map<string, string[]>();
      groups.set(why, places);
      const name = `${account.name} (${account.id})`;
      places.set(name, [...(places.get(name) ?? []), target.region ?? '']);
    }
  return [...groups].map(([why, places]) => {
    const more = places.size - maxAccounts;
    const list = [...places]
      .slice(0, maxAccounts)
      .map(([name, regions]) => `${name} ${regions.join(', ')}`);
    const where = `${list.join('; ')}${more > 0 ? `; and ${plural(more, 'more account')}` : ''}`;
    return `A setting to be changed ${why}. This concerns ${where}.`;
  });
}
