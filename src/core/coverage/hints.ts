/** The fix for each reason: one sentence with all that is needed to follow it. */
import { lastSegment } from '../iam/role-names.ts';
import { firstWithDhmc } from './agent-version.ts';
import { minuteOf } from './evidence.ts';
import { missingRole, type SettingFacts } from './facts.ts';
import type { CoverageReason, ManagedBy } from './model.ts';
import type { View } from './view.ts';

const place = ({ account, region }: Pick<View, 'account' | 'region'>): string =>
  `--account ${account} --region ${region}`;

const lookAgain = (time: number | null): string =>
  time === null ? 'Check again in an hour.' : `Check again after ${minuteOf(time)}.`;

const whichRole =
  'To see which role the agent uses, run `ssm-cli get-diagnostics` on the instance, or look in CloudTrail for its UpdateInstanceInformation calls.';

const updateAgent = `Update the SSM Agent to ${firstWithDhmc} or later.`;

const profileRole = ({ profile }: View): string =>
  profile.kind === 'role' ? `the role ${profile.role}` : "the profile's role";

/** How to repair the role that a setting names, if it cannot manage instances. */
export function repairRole(
  { value, ours, fault }: Pick<Extract<SettingFacts, { kind: 'set' }>, 'value' | 'ours' | 'fault'>,
  at: { readonly account: string; readonly region: string },
): string {
  const role = lastSegment(value);
  const enable = `dhmc enable ${place(at)}`;
  if (fault === missingRole)
    return ours
      ? `Create the role ${role} again with \`${enable}\`.`
      : `Create the role ${role}, which does not exist, or use dhmc's role instead with \`${enable} --overwrite=broken\`.`;
  return ours
    ? `Repair the role ${role}; if dhmc manages it, \`${enable}\` repairs it.`
    : `Repair the role ${role}, which is not the role of dhmc.`;
}

const texts: Readonly<Record<CoverageReason, (view: View) => string>> = {
  'setting-unset': (view) => `Turn the setting on with \`dhmc enable ${place(view)}\`.`,
  'setting-recent': (view) => lookAgain(view.settingSettlesAt),
  'dhmc-role-broken': (view) =>
    view.setting.kind === 'set'
      ? repairRole(view.setting, view)
      : `Repair the role that the setting names.`,
  'profile-without-agent': ({ region }) =>
    `Check on the instance that the SSM Agent runs and reaches ssm and ssmmessages in ${region}; DHMC would not help, because the profile already allows the heartbeat.`,
  'profile-incomplete': (view) =>
    `Give ${profileRole(view)} the rest of AmazonSSMManagedInstanceCore, or remove ssm:UpdateInstanceInformation from it so that DHMC can take over.`,
  'profile-without-role': ({ instance }) =>
    `Add a role to the instance profile ${instance.profile ?? ''}, or detach the profile from the instance.`,
  contradiction: (view) =>
    view.settlesAt === null ? whichRole : `${lookAgain(view.settlesAt)} ${whichRole}`,
  'role-not-shown': () => whichRole,
  'other-role': (view) =>
    view.settingSettlesAt === null ? whichRole : lookAgain(view.settingSettlesAt),
  'dhmc-ending': (view) =>
    `The instance is lost within about an hour; to keep it, turn the setting on again with \`dhmc enable ${place(view)}\`.`,
  'in-transition': (view) => lookAgain(view.settlesAt),
  'imds-disabled': ({ instance, region }) =>
    `Enable the metadata endpoint with \`aws ec2 modify-instance-metadata-options --instance-id ${instance.id} --http-endpoint enabled --region ${region}\`, then restart the SSM Agent.`,
  'agent-too-old': () => updateAgent,
  'connection-lost': ({ node }) =>
    `Check that the instance and its SSM Agent run and can reach Systems Manager${typeof node?.lastPingAt === 'number' ? `; the last heartbeat was at ${minuteOf(node.lastPingAt)}` : ''}.`,
  'no-sign-of-agent': ({ region }) =>
    `Check on the instance, in this order: an SSM Agent of ${firstWithDhmc} or later, access to ssm and ssmmessages in ${region}, the policies of VPC endpoints, and the agent's registration; no API shows which it is.`,
  'operated-by-aws': () => 'Nothing to do: the service that operates the instance manages it.',
  unreadable: () =>
    "Grant dhmc the calls that were denied (the cell's or account's problem names them), and check again.",
};

/** The hint for a conclusion; null if there is nothing to do. */
export function hintOf(
  view: View,
  { managedBy, reason }: { readonly managedBy: ManagedBy; readonly reason: CoverageReason | null },
): string | null {
  if (reason !== null) return texts[reason](view);
  if (managedBy === 'profile' && view.agentTooOld === true)
    return `${updateAgent} Until then the instance needs its profile.`;
  return null;
}
