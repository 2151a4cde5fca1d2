/** What to do about each blocker, and why it is one. */
import { firstWithDhmc } from '../coverage/agent-version.ts';
import { minuteOf } from '../coverage/evidence.ts';
import { lastSegment } from '../iam/role-names.ts';
import { awsPolicyName } from './rights/agent-rights.ts';
import { handoverDocument, handoverName } from './rights/documents.ts';

export const list = (items: readonly string[], most = 8): string =>
  items.length <= most
    ? items.join(', ')
    : `${items.slice(0, most).join(', ')} and ${items.length - most} more`;

/** A policy in a sentence: by its name alone, or as an inline policy of the role. */
export const policyText = (policy: string): string =>
  policy.startsWith('inline:')
    ? `the inline policy ${policy.slice('inline:'.length)}`
    : lastSegment(policy);

/** Names of policies keep their letters at the beginning of a sentence. */
const atBeginning = (text: string): string => text.replace(/^the inline/, 'The inline');

/** Root on any instance can read the DHMC role's credentials, so that a right there is a right of every instance. */
export const moveWarning =
  'Root on any instance of the account and region can obtain every right of the DHMC role, also on instances without a profile: allow it on the resources that the agent needs and no others.';

/** The applications on the instance keep what they have. */
const profileToTry = 'a profile with a copy of the role that denies ssm:UpdateInstanceInformation';

export const hints = {
  quickSetupRole:
    'Quick Setup gives this role to instances and repairs it. Change the configuration in Quick Setup instead.',
  serviceRole: (owner: string) =>
    `${owner} owns what this role is for and expects its rights. Leave them as they are.`,
  activationRole:
    'Systems Manager may assume this role: nodes of hybrid activations, or DHMC, need its rights. Leave them as they are.',
  operated:
    'Another AWS service operates these instances and chooses their profile. Leave the role as it is, or ask the service to use another one.',
  noAgentRights:
    'None of these rights is for the SSM Agent: an application uses them, and they stay.',
  nothingToRemove:
    'Nothing lets the agents use this role any more, and they ask for DHMC. The rights of the agent that are left come with policies for other purposes, and stay.',
  unreadPolicies: (names: readonly string[]) =>
    `Let dhmc read the documents of ${list(names.map(policyText))} (iam:GetAccountAuthorizationDetails), and look again.`,
  unreadTrust: 'Look at the trust policy of the role: it cannot be understood.',
  conditions: (names: readonly string[]) =>
    `Look at the conditions of ${list(names.map(policyText))}: whether they allow ssm:UpdateInstanceInformation cannot be judged from here.`,
  dhmcConditions: (role: string) =>
    `Look at the conditions of the DHMC role ${role}: whether it can manage instances cannot be judged from here.`,
  noInstances:
    'No instance uses the role now, so that nothing shows what its next instances need. Delete the role if it is not needed any more, or start an instance and look again.',
  regionsUnproven: (hint: string) => `Instances may be in regions that were not looked at. ${hint}`,
  unreadable: (hint: string) =>
    `The role counts in every region, and this one could not be read. ${hint}`,
  settingUnread: 'Let dhmc read the setting and the role that it names, and look again.',
  settingUnset: (account: string, region: string) =>
    `Without its profile's rights nothing would manage these instances. Turn DHMC on first, with \`dhmc enable --account ${account} --region ${region}\`.`,
  dhmcRole: (role: string, fault: string, account: string, region: string) =>
    `The DHMC role ${role} could not take over: ${fault}. Repair it; \`dhmc enable --account ${account} --region ${region}\` does it where the role is its own.`,
  settingRecent: (until: number) =>
    `The setting has not been on for 24 hours. Look again after ${minuteOf(until)}.`,
  settingPending: 'AWS is still applying the setting. Look again when it has been on for 24 hours.',
  agentTooOld: `Update the SSM Agent to ${firstWithDhmc} or later while the profile still manages it, for example with the document AWS-UpdateSSMAgent.`,
  agentUnknown: 'Check the version of the SSM Agent on these instances.',
  metadata: (region: string) =>
    `Without the metadata endpoint the agent can have neither role. Enable it with \`aws ec2 modify-instance-metadata-options --http-endpoint enabled --region ${region} --instance-id ID\`, and restart the agent.`,
  metadataPending: 'Look again when the change of the metadata options is applied.',
  connectionLost:
    'Bring the agents of these instances back first, or stop the instances: what would manage them is not known.',
  notListed:
    'No agent of these instances has registered. Find out with `dhmc coverage` why not, or move them to another role.',
  hybridNode:
    'These instances belong to a hybrid activation. Remove its registration from them, or move them to another role.',
  stopped:
    'They return with agents of unknown age. Start and update them, or accept it with --accept-stopped.',
  sharedRole: (others: readonly string[]) =>
    `The trust policy also lets in ${list(others)}, which may need these rights. Give them a role of their own first.`,
  otherPolicy: (policies: readonly string[], role: string) => {
    const isOfAws = policies.some((policy) => awsPolicyName(policy) !== null);
    const change = isOfAws
      ? "put a policy of your own in the place of AWS's, without that one action"
      : `take that one action out of ${policies.length === 1 ? 'it' : 'each of them'}`;
    return `${atBeginning(list(policies.map(policyText)))} would still allow ssm:UpdateInstanceInformation, and with it the agent never asks for DHMC. When nothing else holds the role back, ${change}; or put this inline policy on the role ${role}, under the name ${handoverName}, and leave it there: \`${JSON.stringify(handoverDocument)}\``;
  },
  agentRights: (actions: readonly string[]) =>
    `Where only applications use these rights, say so with \`--application-only ${actions.join(',')}\`; else add them to the DHMC role first, since afterwards the agent and the scripts that it runs have the rights of that role alone. ${moveWarning}`,
  noCanary: (instance: string, region: string, isStopped: boolean) =>
    `No instance in ${region} proves that DHMC works there. Try one first: ${isStopped ? `start ${instance} with` : `give ${instance}`} ${profileToTry}, and wait until \`dhmc coverage\` shows it as managed by dhmc.`,
  canaryElsewhere: (instances: readonly string[], vpcs: readonly string[]) =>
    `DHMC works in another VPC of the region, and endpoint policies are per VPC${vpcs.length === 0 ? '' : ` (${list(vpcs)})`}. Try one first in each VPC: give ${list(instances)} ${profileToTry}, let it run, and wait until \`dhmc coverage\` shows it as managed by dhmc.`,
  settingAge:
    'AWS does not say when the setting was changed. Make sure that it has been on for 24 hours.',
  quickSetup: (sign: 'yes' | 'unknown') =>
    sign === 'yes'
      ? 'Quick Setup attaches policies to instance roles in this account. Remove its host management or patch policy configuration first, or it brings the rights back.'
      : 'Whether Quick Setup attaches policies to instance roles in this account could not be read. Check its configurations first.',
} as const;
