/** What to do about each blocker, and why it is one. */
import { firstOf } from '../model/counted.ts';
import { firstWithDhmc } from '../coverage/agent-version.ts';
import { minuteOf } from '../coverage/evidence.ts';
import { lastSegment } from '../iam/role-names.ts';
import { awsPolicyName } from './rights/agent-rights.ts';
import { handoverDocument, handoverName } from './rights/documents.ts';

export const shortList = (items: readonly string[], most = 8): string => firstOf(items, most);

/**
 * A policy's name within a sentence. AWS's policies go by their name alone; the others say what they are, since an
 * account's policy may have the same name.
 */
export function policyText(policy: string): string {
  if (policy.startsWith('inline:')) return `the inline policy ${policy.slice('inline:'.length)}`;
  return awsPolicyName(policy) ?? `the account's policy ${lastSegment(policy)}`;
}

/** At the beginning of a sentence: capitalizes the article, never the name of a policy. */
const atBeginning = (text: string): string => text.replace(/^the (?=inline|account)/, 'The ');

/**
 * Root on any instance can read the DHMC role's credentials, so every right of that role is a right of every instance.
 */
export const moveWarning =
  'Root on any instance of the account and region can obtain the rights of the DHMC role, even without an instance profile: allow them only on the resources that the agent needs.';

/** A copy of the role, so that the applications on the instance keep their rights. */
const profileToTry = 'a profile with a copy of the role that denies ssm:UpdateInstanceInformation';

export const hints = {
  quickSetupRole:
    'Quick Setup gives instances this role and repairs it. Change its configuration in Quick Setup instead.',
  serviceRole: (owner: string) =>
    `This role is for ${owner}, which needs its rights. Leave them as they are.`,
  activationRole:
    'Systems Manager may assume this role: nodes of hybrid activations, or DHMC, need its rights. Leave them as they are.',
  operated:
    'Another AWS service operates these instances and chooses their profile. Leave the role as it is, or ask the service to use another one.',
  noAgentRights:
    'None of these rights is for SSM Agent: an application uses them. Leave them as they are.',
  nothingToRemove:
    "The agents no longer use this role: they use DHMC. The agent's rights that remain are part of policies for other purposes. Leave them as they are.",
  unreadPolicies: (names: readonly string[]) =>
    `Grant dhmc iam:GetAccountAuthorizationDetails, so that it can read ${shortList(names.map(policyText))}, and run the command again.`,
  unreadTrust: 'Check the trust policy of the role: dhmc cannot interpret it.',
  conditions: (names: readonly string[]) =>
    `Check the conditions of ${shortList(names.map(policyText))}: dhmc cannot determine whether they allow ssm:UpdateInstanceInformation.`,
  dhmcConditions: (role: string) =>
    `Check the conditions of the DHMC role ${role}: dhmc cannot determine whether it can manage instances.`,
  noInstances:
    'No instance uses the role now, so dhmc cannot determine what its next instances need. Delete the role if it is no longer needed, or start an instance and run the command again.',
  regionsUnproven: (hint: string) =>
    `There may be instances in regions that were not read. ${hint}`,
  unreadable: (hint: string) =>
    `Instances in every region can use the role, and this region could not be read. ${hint}`,
  settingUnread:
    'Allow dhmc to read the setting and the role that it names, and run the command again.',
  settingUnset: (account: string, region: string) =>
    `Without the rights of their profile, nothing would manage these instances. Turn DHMC on first, with \`dhmc enable --account ${account} --region ${region}\`.`,
  dhmcRole: (role: string, fault: string, repair: string) =>
    `The DHMC role ${role} could not take over: ${fault}. ${repair}`,
  settingRecent: (until: number) =>
    `The setting has been on for less than 24 hours. Run the command again after ${minuteOf(until)}.`,
  settingPending:
    'AWS is still applying the setting. Run the command again when it has been on for 24 hours.',
  agentTooOld: `Update the SSM Agent to ${firstWithDhmc} or later while the profile still manages it, for example with the document AWS-UpdateSSMAgent.`,
  agentUnknown: 'Check the version of the SSM Agent on these instances.',
  metadata: (region: string) =>
    `Without the metadata endpoint, the agent can use neither role. Enable it with \`aws ec2 modify-instance-metadata-options --http-endpoint enabled --region ${region} --instance-id ID\`, and restart the agent.`,
  metadataPending: 'Run the command again when the change of the metadata options is applied.',
  connectionLost:
    'Get the agents of these instances to report again first, or stop the instances: dhmc cannot determine what would manage them.',
  notListed:
    'No agent has registered on these instances. See `dhmc coverage` for the reason, or give the instances another role.',
  hybridNode:
    'These instances belong to a hybrid activation. Remove its registration from them, or give them another role.',
  stopped:
    'The versions of their agents are unknown. Start the instances and update the agents, or accept the risk with `--accept-stopped`.',
  sharedRole: (others: readonly string[]) =>
    `The trust policy also lets ${shortList(others)} assume the role. They may need these rights: give them a role of their own first.`,
  otherPolicy: (policies: readonly string[], role: string) => {
    const isOfAws = policies.some((policy) => awsPolicyName(policy) !== null);
    const change = isOfAws
      ? "replace AWS's policy with one of your own, without that action"
      : `remove that action from ${policies.length === 1 ? 'it' : 'each of them'}`;
    return `${atBeginning(shortList(policies.map(policyText)))} would still allow ssm:UpdateInstanceInformation, so the agent would never use DHMC. When nothing else holds the role back, ${change}; or add this inline policy to the role ${role} as ${handoverName}, and keep it: \`${JSON.stringify(handoverDocument)}\``;
  },
  agentRights: (actions: readonly string[]) =>
    `If only applications use these rights, add \`--application-only ${actions.join(',')}\` to the command. Otherwise give them to the DHMC role first: after the change, the agent and the scripts that it runs have only the rights of that role. ${moveWarning}`,
  noCanary: (instance: string, region: string, isStopped: boolean) =>
    `No instance in ${region} proves that DHMC works there. Try one first: ${isStopped ? `start ${instance} with` : `give ${instance}`} ${profileToTry}, and wait until \`dhmc coverage\` shows it as managed by dhmc.`,
  canaryElsewhere: (instances: readonly string[], vpcs: readonly string[]) =>
    `DHMC works in another VPC of the region, and endpoint policies are per VPC${vpcs.length === 0 ? '' : ` (${shortList(vpcs)})`}. Try one first in each VPC: give ${shortList(instances)} ${profileToTry}, let it run, and wait until \`dhmc coverage\` shows it as managed by dhmc.`,
  settingAge:
    'AWS does not say when the setting was changed. Make sure that it has been on for 24 hours.',
  quickSetup: (sign: 'yes' | 'unknown') =>
    sign === 'yes'
      ? 'Quick Setup attaches policies to instance roles in this account. Remove its host management or patch policy configuration first, or it adds the rights again.'
      : 'dhmc could not read whether Quick Setup attaches policies to instance roles in this account. Check its configurations first.',
} as const;
