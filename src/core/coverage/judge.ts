/**
 * Which role manages an instance. The first rule that applies decides; each describes its situation. If several causes
 * look the same, the reason names none of them.
 */
import { evidenceOf } from './evidence.ts';
import type { InstanceFacts } from './facts.ts';
import { hintOf } from './hints.ts';
import type { Confidence, CoverageReason, Judgement, ManagedBy } from './model.ts';
import { delays, viewOf } from './view.ts';
import type { View } from './view.ts';

type Conclusion = readonly [ManagedBy, Confidence, CoverageReason | null];

interface Rule {
  /** The situation, in words. */
  readonly when: string;
  readonly applies: (view: View) => boolean;
  readonly then: Conclusion | ((view: View) => Conclusion);
}

const settingIs = (view: View, kind: 'set' | 'unset' | 'unread'): boolean =>
  view.setting.kind === kind;
const roleIs = (view: View, works: 'yes' | 'no' | 'unknown'): boolean =>
  view.setting.kind === 'set' && view.setting.works === works;
const couldBeat = ({ heartbeat }: View): boolean => heartbeat === 'yes' || heartbeat === 'maybe';

const hybrid: readonly Rule[] = [
  {
    when: 'the nodes could not be read',
    applies: (view) => !view.nodesRead,
    then: ['unknown', 'unknown', 'unreadable'],
  },
  {
    when: 'a hybrid activation manages the instance',
    applies: (view) => view.node === null && view.hybrid?.node.ping === 'Online',
    then: (view) => ['activation', view.hybrid?.by === 'source' ? 'proven' : 'likely', null],
  },
  {
    when: 'a hybrid activation managed the instance, and its agent has stopped reporting',
    applies: (view) => view.node === null && view.hybrid?.by === 'source',
    then: ['none', 'proven', 'connection-lost'],
  },
];

const onlineWithRole: readonly Rule[] = [
  {
    when: 'a role is shown, and the profile allows the heartbeat, so that the agent should not use it',
    applies: (view) => view.heartbeat === 'yes' && (view.shownIsSet || settingIs(view, 'unset')),
    then: ['unknown', 'unknown', 'contradiction'],
  },
  {
    when: 'the setting could not be read',
    applies: (view) => settingIs(view, 'unread'),
    then: ['unknown', 'unknown', 'unreadable'],
  },
  {
    when: 'the setting was reset: the agent uses the role until its token ends',
    applies: (view) => settingIs(view, 'unset'),
    then: ['dhmc', 'likely', 'dhmc-ending'],
  },
  {
    when: 'another role is shown than the setting names',
    applies: (view) => !view.shownIsSet,
    then: ['unknown', 'unknown', 'other-role'],
  },
  {
    when: 'the role is shown, and the agent is too old to use it',
    applies: (view) => view.agentTooOld === true,
    then: ['unknown', 'unknown', 'contradiction'],
  },
  {
    when: 'the role is broken: the agent uses it until its token ends',
    applies: (view) => roleIs(view, 'no'),
    then: ['dhmc', 'likely', 'dhmc-role-broken'],
  },
  {
    when: 'the role or the profile could not be read',
    applies: (view) => roleIs(view, 'unknown') || view.heartbeat === 'unread',
    then: ['dhmc', 'likely', 'unreadable'],
  },
  {
    when: 'the metadata endpoint is off: the agent loses its role at its next start',
    applies: (view) => view.metadataOff,
    then: ['dhmc', 'likely', 'imds-disabled'],
  },
  {
    when: 'the profile may allow the heartbeat, or the last heartbeat is old',
    applies: (view) => view.heartbeat === 'maybe' || !view.fresh,
    then: ['dhmc', 'likely', null],
  },
  { when: 'DHMC manages the instance', applies: () => true, then: ['dhmc', 'proven', null] },
];

const isProvenByProfile = (view: View): boolean =>
  view.profile.kind === 'role' &&
  view.profile.unconditional &&
  view.fresh &&
  view.launchAge !== null &&
  view.launchAge > delays.boot;

const onlineWithoutRole: readonly Rule[] = [
  {
    when: 'the policies of the profile could not be read',
    applies: (view) => view.heartbeat === 'unread',
    then: ['unknown', 'unknown', 'unreadable'],
  },
  {
    when: 'the profile allows the heartbeat and no channel: nothing can be run on the instance',
    applies: (view) =>
      couldBeat(view) && view.profile.kind === 'role' && view.profile.channels === 'denied',
    then: (view) => [
      'none',
      view.profile.kind === 'role' && view.profile.unconditional ? 'proven' : 'likely',
      'profile-incomplete',
    ],
  },
  {
    when: 'the profile allows the heartbeat, and the metadata endpoint is off',
    applies: (view) => couldBeat(view) && view.metadataOff,
    then: ['profile', 'likely', 'imds-disabled'],
  },
  {
    when: 'the profile manages the instance',
    applies: couldBeat,
    then: (view) => ['profile', isProvenByProfile(view) ? 'proven' : 'likely', null],
  },
  {
    when: 'no role is shown, and the metadata endpoint is off, so that the agent can have neither',
    applies: (view) => view.metadataOff,
    then: ['unknown', 'unknown', 'imds-disabled'],
  },
  {
    when: 'no role is shown, and the setting could not be read',
    applies: (view) => settingIs(view, 'unread'),
    then: ['unknown', 'unknown', 'unreadable'],
  },
  {
    when: 'no role is shown, the profile cannot be it, and DHMC can',
    applies: (view) => roleIs(view, 'yes') && view.agentTooOld === false,
    then: ['dhmc', 'likely', 'role-not-shown'],
  },
  {
    when: 'no role is shown, and neither role can be it',
    applies: () => true,
    then: ['unknown', 'unknown', 'role-not-shown'],
  },
];

const brokenRole: Rule = {
  when: 'nothing but DHMC could manage the instance, and its role is broken',
  applies: (view) => view.heartbeat === 'no' && roleIs(view, 'no'),
  then: ['none', 'proven', 'dhmc-role-broken'],
};
const noMetadata: Rule = {
  when: 'the metadata endpoint is off, and the agent can have neither role',
  applies: (view) => view.metadataOff,
  then: ['none', 'proven', 'imds-disabled'],
};
const inTransition: Rule = {
  when: 'a change is on its way',
  applies: (view) => view.settlesAt !== null,
  then: ['none', 'proven', 'in-transition'],
};
const withoutRole: Rule = {
  when: 'the profile has no role',
  applies: (view) => view.profile.kind === 'without-role',
  then: ['none', 'proven', 'profile-without-role'],
};
const unset: Rule = {
  when: 'nothing lets the agent register: the setting names no role, and the profile does not allow the heartbeat',
  applies: (view) => view.heartbeat === 'no' && settingIs(view, 'unset'),
  then: ['none', 'proven', 'setting-unset'],
};

const lost: readonly Rule[] = [
  noMetadata,
  brokenRole,
  {
    when: 'the agent is too old for DHMC, and nothing else could manage the instance',
    applies: (view) =>
      view.heartbeat === 'no' && view.agentTooOld === true && settingIs(view, 'set'),
    then: ['none', 'proven', 'agent-too-old'],
  },
  { ...inTransition, applies: (view) => view.settlesAt !== null && !unset.applies(view) },
  withoutRole,
  unset,
  {
    when: 'the agent has stopped reporting, and the cause is not known',
    applies: () => true,
    then: ['none', 'proven', 'connection-lost'],
  },
];

const unlisted: readonly Rule[] = [
  noMetadata,
  { ...inTransition, applies: (view) => view.settlesAt !== null && view.heartbeat !== 'no' },
  {
    when: 'the policies of the profile could not be read',
    applies: (view) => view.heartbeat === 'unread',
    then: ['none', 'proven', 'unreadable'],
  },
  {
    when: 'the profile allows the heartbeat, and no agent has used it',
    applies: couldBeat,
    then: ['none', 'proven', 'profile-without-agent'],
  },
  {
    when: 'the setting could not be read',
    applies: (view) => settingIs(view, 'unread'),
    then: ['none', 'proven', 'unreadable'],
  },
  { ...withoutRole, applies: (view) => withoutRole.applies(view) && settingIs(view, 'unset') },
  unset,
  brokenRole,
  {
    when: 'the setting was changed a short while ago',
    applies: (view) => view.settingSettlesAt !== null,
    then: ['none', 'proven', 'setting-recent'],
  },
  inTransition,
  withoutRole,
  {
    when: 'the role could not be read',
    applies: (view) => roleIs(view, 'unknown'),
    then: ['none', 'proven', 'unreadable'],
  },
  {
    when: 'DHMC could manage the instance, and no agent has registered',
    applies: () => true,
    then: ['none', 'proven', 'no-sign-of-agent'],
  },
];

function rulesFor(view: View): readonly Rule[] {
  if (view.presence === 'online') return view.shown === null ? onlineWithoutRole : onlineWithRole;
  return view.presence === 'lost' ? lost : unlisted;
}

function conclusionOf(view: View): Conclusion {
  const isDecisive = ({ applies }: Rule): boolean => applies(view);
  const rule = hybrid.find(isDecisive) ?? rulesFor(view).find(isDecisive);
  if (rule === undefined) return ['unknown', 'unknown', 'unreadable'];
  const [managedBy, confidence, reason] =
    typeof rule.then === 'function' ? rule.then(view) : rule.then;
  return [managedBy, confidence, view.instance.operated ? 'operated-by-aws' : reason];
}

/** The EC2 states in which an agent can run. */
export const isRunning = (state: string): boolean => state === 'running' || state === 'pending';

/** Judges an instance that is not terminated. A stopped instance is always `unknown`. */
export function judgeInstance(facts: InstanceFacts): Judgement {
  if (!isRunning(facts.instance.state)) {
    const evidence = [`The instance is ${facts.instance.state}.`];
    return { managedBy: 'unknown', confidence: 'unknown', reason: null, evidence, hint: null };
  }
  const view = viewOf(facts);
  const [managedBy, confidence, reason] = conclusionOf(view);
  return {
    managedBy,
    confidence,
    reason,
    evidence: evidenceOf(view),
    hint: hintOf(view, { managedBy, reason }),
  };
}
