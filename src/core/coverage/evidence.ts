/** The evidence for a conclusion, in sentences. They state only facts that were read. */
import { lastSegment } from '../iam/role-names.ts';
import { firstWithDhmc } from './agent-version.ts';
import type { View } from './view.ts';

/** A time rounded up to the minute, in ISO 8601. */
export const minuteOf = (time: number): string =>
  `${new Date(Math.ceil(time / 60_000) * 60_000).toISOString().slice(0, 16)}Z`;

const ofNode = (view: View): string => {
  if (!view.nodesRead) return 'The managed nodes of the region could not be read.';
  const { node, hybrid } = view;
  if (node !== null) {
    const role =
      view.shown === null ? 'shows no role' : `shows the role ${lastSegment(node.role ?? '')}`;
    return `Systems Manager lists the instance as ${node.ping} and ${role}.`;
  }
  if (hybrid === null) return 'Systems Manager does not list the instance.';
  return hybrid.by === 'source'
    ? `The hybrid node ${hybrid.node.id} runs on the instance and is ${hybrid.node.ping}.`
    : `The hybrid node ${hybrid.node.id} is ${hybrid.node.ping} and has the instance's address.`;
};

const ofProfile = ({ profile }: View): string => {
  switch (profile.kind) {
    case 'none':
      return 'The instance has no instance profile.';
    case 'without-role':
      return 'The instance profile has no role, or no longer exists.';
    case 'unread':
      return 'The policies of the instance profile could not be read.';
    case 'role': {
      const by = profile.policies.map((policy) => lastSegment(policy)).join(', ');
      if (profile.heartbeat === 'denied')
        return `The profile's role ${profile.role} does not allow ssm:UpdateInstanceInformation.`;
      if (profile.heartbeat === 'unknown')
        return `Whether the profile's role ${profile.role} allows ssm:UpdateInstanceInformation depends on conditions (${by}).`;
      return `The profile's role ${profile.role} allows ssm:UpdateInstanceInformation (${by}).`;
    }
  }
};

const ofSetting = ({ setting }: View): string => {
  switch (setting.kind) {
    case 'unread':
      return 'The setting of the region could not be read.';
    case 'unset':
      return 'The setting of the region names no role.';
    case 'set': {
      const role = lastSegment(setting.value);
      if (setting.works === 'no')
        return `The setting names the role ${role}, which cannot be used: ${setting.fault ?? 'it is broken'}.`;
      if (setting.works === 'unknown')
        return `The setting names the role ${role}, which could not be read.`;
      return `The setting names the role ${role}, which is whole.`;
    }
  }
};

function furtherFacts(view: View): readonly string[] {
  const { node, instance, profile } = view;
  const facts: string[] = [];
  if (profile.kind === 'role' && profile.heartbeat !== 'denied' && profile.channels === 'denied')
    facts.push(`The profile's role does not allow the channels of ssmmessages.`);
  if (view.agentTooOld === true && typeof node?.version === 'string')
    facts.push(`The agent's version is ${node.version}; DHMC needs ${firstWithDhmc}.`);
  if (view.metadataOff) facts.push('The instance metadata endpoint is disabled.');
  if (!view.fresh && typeof node?.lastPingAt === 'number')
    facts.push(`The last heartbeat was at ${new Date(node.lastPingAt).toISOString()}.`);
  if (
    view.settingSettlesAt !== null &&
    view.setting.kind === 'set' &&
    view.setting.modifiedAt !== null
  )
    facts.push(`The setting was changed at ${new Date(view.setting.modifiedAt).toISOString()}.`);
  if (view.settlesAt !== null && instance.launchedAt !== null)
    facts.push(`The instance was started at ${new Date(instance.launchedAt).toISOString()}.`);
  if (instance.operated) facts.push('Another AWS service operates the instance.');
  return facts;
}

/** The sentences for a running instance. */
export const evidenceOf = (view: View): readonly string[] => [
  ofNode(view),
  ofProfile(view),
  ofSetting(view),
  ...furtherFacts(view),
];
