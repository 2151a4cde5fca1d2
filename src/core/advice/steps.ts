/** The steps of a removal, in an order that never removes the other rights while the heartbeat is still allowed. */
import { firstWithDhmc, firstWithSteadyRetry } from '../coverage/agent-version.ts';
import { policyText, shortList } from './hints.ts';
import { agentActions } from './rights/agent-rights.ts';
import { handoverDocument, handoverName } from './rights/documents.ts';
import type { AdviceStep, PolicyDocument, StepCall } from './model.ts';
import { isForHand, rightsOfPolicy } from './rights/policy-rights.ts';
import { heartbeatLeft } from './rules/rule.ts';
import { restNameOf } from './removal.ts';
import type { RoleView } from './view.ts';

/** A step that is not a call: something to do by hand or to wait for. */
export const textStep = (what: string): AdviceStep => ({
  call: null,
  policy: null,
  document: null,
  text: what,
});
const step = (
  call: StepCall,
  policy: string,
  what: string,
  document: PolicyDocument | null = null,
): AdviceStep => ({ call, policy, document, text: what });

/** The owner that a role's tags show. Such an owner would undo a manual change, or report it as drift. */
export function ownerByTags(tags: Readonly<Record<string, string>>): string | null {
  const entries = Object.entries(tags);
  const stack = entries.find(([key]) => key === 'aws:cloudformation:stack-name');
  if (stack !== undefined) return `the CloudFormation stack ${stack[1]}`;
  if (entries.some(([key]) => key.startsWith('aws:cloudformation:'))) return 'CloudFormation';
  const isTerraform = entries.some(([key, value]) => /terraform|opentofu/i.test(`${key} ${value}`));
  return isTerraform ? 'Terraform' : null;
}

/** Says whether the canaries run the same images as the role's instances. This is evidence; the verdict ignores it. */
function imageText({ regions, account }: RoleView): string {
  const used = regions.filter(({ running }) => running.length > 0);
  const proven = used.filter(({ region }) => account.evidence.canaries(region).count > 0);
  const others = proven.flatMap(({ region, images }) =>
    [...images].filter(([image]) => !account.evidence.canaries(region).images.has(image)),
  );
  if (others.length === 0)
    return used.length === 0 || proven.length < used.length
      ? ''
      : ' Every image of these instances also runs on an instance of the region that DHMC manages.';
  const named = [...new Set(others.map(([image]) => image).filter((image) => image !== ''))];
  const first = shortList(others.map(([, instance]) => instance));
  return ` No instance of the region that DHMC manages runs ${named.length === 0 ? 'the same image' : `the image ${shortList(named)}`}: check ${first} first.`;
}

const laterInstances = ` Instances that launch templates and Auto Scaling groups start later are affected too: their images need SSM Agent ${firstWithDhmc} or later.`;

const restart =
  'on Linux mostly `sudo systemctl restart amazon-ssm-agent`, on Windows `Restart-Service AmazonSSMAgent`';

const slowly = `, or within 6 hours if its agent is older than ${firstWithSteadyRetry} and is not restarted`;

const waitText = (view: RoleView): string => {
  const minutes = view.evidence?.gapMinutes ?? null;
  const time =
    minutes === null
      ? 'up to 6 hours'
      : minutes <= 60
        ? `up to ${minutes} minutes`
        : `up to ${minutes / 60} hours`;
  return `Wait ${time}, or restart the agents (${restart}): until then an instance may show ConnectionLost, and commands sent to it may time out. Continue when \`dhmc coverage --instances all\` shows every instance as managed by dhmc, and none as role-not-shown, which proves nothing. If one is missing, delete ${handoverName}: the profile manages it again within 30 minutes${view.evidence?.returnsSlowly === true ? slowly : ''}.${imageText(view)}${laterInstances}`;
};

/** Steps for the agent's rights in the team's own policies, which are not rewritten. */
const byHand = (view: RoleView): readonly AdviceStep[] =>
  view.removal.staying.flatMap((policy) => {
    if (!isForHand(policy)) return [];
    const { agent } = rightsOfPolicy(policy);
    return [
      textStep(
        `Remove the agent's rights from ${policyText(policy.name)}, all at once: ${agent.length === agentActions.length ? 'all actions of AmazonSSMManagedEC2InstanceDefaultPolicy' : agent.join(', ')}.`,
      ),
    ];
  });

/** For any verdict but `keep` and `unknown`, which have no steps. */
export function stepsFor(view: RoleView): readonly AdviceStep[] {
  const { removal, detail } = view;
  const owner = ownerByTags(detail.role.tags);
  const note =
    owner === null
      ? []
      : [
          textStep(
            `By its tags, the role belongs to ${owner}: make these changes there, in this order.`,
          ),
        ];
  const left = heartbeatLeft(view);
  if (left.result !== 'denied')
    return [
      ...note,
      textStep(
        `Nothing can be removed while ${shortList(left.policies.map(policyText))} ${left.policies.length === 1 ? 'allows' : 'allow'} ssm:UpdateInstanceInformation. Remove the action from it first, or deny it with an inline policy ${handoverName} that you keep: \`${JSON.stringify(handoverDocument)}\``,
      ),
    ];
  const isInUse = view.heartbeatNow.result !== 'denied';
  const rests = removal.going.flatMap(({ name, rest }) =>
    rest === null || rest.isThere
      ? []
      : [
          step(
            'PutRolePolicy',
            rest.name,
            `Add the inline policy ${rest.name}: it keeps the rights of ${name} that are not the agent's.${
              rest.name === restNameOf(name)
                ? ''
                : ` Skip this if ${restNameOf(name)} is that policy and has all that is needed.`
            }`,
            rest.document,
          ),
        ],
  );
  const deny = isInUse
    ? [
        step(
          'PutRolePolicy',
          handoverName,
          `Add the inline policy ${handoverName}: it denies the heartbeat alone. The agents ask for the DHMC role, and their open channels stay.`,
          handoverDocument,
        ),
      ]
    : [];
  const hasDeny = isInUse || removal.isHandedOver;
  const wait = hasDeny ? [textStep(waitText(view))] : [];
  const detach = removal.going.map(({ policy, name }) =>
    step(
      'DetachRolePolicy',
      policy.name,
      `Detach the policy ${name}: the agent has these rights from the DHMC role now. To undo it, attach it again${hasDeny ? ` and delete ${handoverName}` : ''}.`,
    ),
  );
  // The Deny stays if other policies still allow the heartbeat.
  const isDenyNeeded = view.heartbeatAfter.result !== 'denied';
  const end = !hasDeny
    ? []
    : isDenyNeeded
      ? [
          textStep(
            `Leave ${handoverName} where it is: another policy would still allow the heartbeat.`,
          ),
        ]
      : [
          step(
            'DeleteRolePolicy',
            handoverName,
            `Delete the inline policy ${handoverName}: nothing allows the heartbeat any more.`,
          ),
        ];
  return [...note, ...rests, ...deny, ...wait, ...detach, ...end, ...byHand(view)];
}
