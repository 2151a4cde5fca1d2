/** For each rule of the advice, an account that it applies to and a similar one that it does not apply to. */
import { describe, expect, test } from 'vitest';
import { rules } from '../../../src/core/advice/rules.ts';
import type { AdviceReason } from '../../../src/core/advice/model.ts';
import {
  advised,
  allow,
  aws,
  coreArn,
  defaultArn,
  deny,
  hour,
  legacyArn,
  now,
  problem,
  region,
  trustOf,
  type Given,
} from './facts.ts';

const set = {
  kind: 'set',
  value: 'service-role/Mine',
  ours: true,
  works: 'yes',
  fault: null,
  pending: false,
  modifiedAt: now - 48 * hour,
} as const;
const heartbeat = 'ssm:UpdateInstanceInformation';
const onTag = { Condition: { StringEquals: { 'aws:ResourceTag/stage': 'prod' } } };

interface Case {
  readonly when: string;
  readonly given: Given;
  readonly verdict: string;
  /** The reason of the first blocker; null: no blocker. */
  readonly reason: AdviceReason | null;
}
const row = (
  verdict: string,
  reason: AdviceReason | null,
  when: string,
  given: Given = {},
): Case => ({ when, given, verdict, reason });

const cases: readonly Case[] = [
  row('safe', null, 'every condition is met'),
  row('safe', null, 'the setting names another role, which works', {
    cells: { [region]: { setting: { ...set, value: 'team/TeamRole' } } },
  }),
  row('safe', null, 'another region has no setting, and no instance of the role is there', {
    cells: { 'us-east-1': { setting: { kind: 'unset', modifiedAt: null } } },
  }),

  row('keep', 'quick-setup-role', "the role is Quick Setup's own", {
    role: { name: 'AmazonSSMRoleForInstancesQuickSetup' },
  }),
  row('keep', 'service-role', 'the role is one of AWS Cloud9', {
    role: { attached: [aws('AWSCloud9SSMInstanceProfile')] },
  }),
  row('keep', 'activation-role', 'Systems Manager may assume the role', {
    role: { trust: trustOf({ Service: ['ec2.amazonaws.com', 'ssm.amazonaws.com'] }) },
  }),
  row('keep', 'operated-by-aws', 'EKS operates an instance', {
    instances: [{ instance: { operated: true } }],
  }),
  row('keep', 'no-agent-rights', 'an application reads parameters, and the agent has no rights', {
    role: { attached: [], inline: { app: allow('ssm:GetParameter') } },
  }),

  row('keep', 'no-agent-rights', 'the role may only read, which is not enough for an agent', {
    role: { attached: [], inline: { read: allow(['ssm:Describe*', 'ssm:Get*', 'ssm:List*']) } },
  }),
  row('safe', null, 'an application reads documents, beside a policy that can be removed', {
    role: { attached: [defaultArn], inline: { app: allow('ssm:GetDocument') } },
  }),
  row(
    'keep',
    'nothing-to-remove',
    'an administrator has a boundary that does not allow the heartbeat',
    {
      role: { attached: [aws('AdministratorAccess')], boundary: allow('s3:*') },
    },
  ),
  row('keep', 'nothing-to-remove', 'an administrator has the hand-over Deny', {
    role: {
      attached: [aws('AdministratorAccess')],
      inline: { 'dhmc-handover': deny(heartbeat) },
    },
    options: { applicationOnly: ['*'] },
  }),
  row(
    'keep',
    'nothing-to-remove',
    'an administrator has the hand-over Deny, and there is no canary',
    {
      role: {
        attached: [aws('AdministratorAccess')],
        inline: { 'dhmc-handover': deny(heartbeat) },
      },
      options: { applicationOnly: ['*'] },
      canaries: [],
    },
  ),
  row(
    'not-yet',
    'connection-lost',
    'an administrator has the hand-over Deny, and an instance did not reconnect',
    {
      role: {
        attached: [aws('AdministratorAccess')],
        inline: { 'dhmc-handover': deny(heartbeat) },
      },
      options: { applicationOnly: ['*'] },
      instances: [{ node: { ping: 'ConnectionLost' } }],
    },
  ),
  row('safe', null, 'a customer policy allows everything, and the hand-over Deny is in place', {
    role: {
      attached: [],
      customer: { own: allow('ssm:*') },
      inline: { 'dhmc-handover': deny(heartbeat) },
    },
    options: { applicationOnly: ['*'] },
  }),

  row('unknown', 'policy-unreadable', 'a policy could not be read', {
    role: { inline: { other: null } },
  }),
  row('unknown', 'trust-unreadable', 'the trust is not a policy', { role: { trust: 'nothing' } }),
  row('unknown', 'conditions', 'another policy allows the heartbeat under a condition', {
    role: { inline: { other: allow(heartbeat, onTag) } },
  }),
  row(
    'not-yet',
    'other-policy',
    'the condition is met in a region where the role has no instance yet',
    {
      role: {
        inline: {
          other: allow(heartbeat, {
            Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } },
          }),
        },
      },
    },
  ),
  row('safe', null, 'the condition is not met in any enabled region', {
    role: {
      inline: {
        other: allow(heartbeat, {
          Condition: { StringEquals: { 'aws:RequestedRegion': 'us-west-2' } },
        }),
      },
    },
  }),
  row('unknown', 'conditions', 'the DHMC role works only under a condition', {
    cells: { [region]: { setting: { ...set, works: 'unknown' } } },
  }),

  row('not-yet', 'no-instances', 'no instance has the role', { instances: [] }),
  row('not-yet', 'no-instances', 'no instance has the role, and another policy has a condition', {
    instances: [],
    role: { inline: { other: allow(heartbeat, onTag) } },
  }),
  row('not-yet', 'regions-unproven', 'the regions could not be listed', {
    facts: { regionsProblem: problem },
  }),
  row('not-yet', 'unreadable', 'a region without instances of the role could not be read', {
    cells: { 'ap-south-1': { isListed: false, problem, setting: { kind: 'unread' } } },
  }),
  row('not-yet', 'unreadable', 'the profile of an instance in another region could not be read', {
    instances: [{}, { region: 'us-east-1', role: null, isRoleUnknown: true }],
    cells: { 'us-east-1': { problem } },
  }),
  row(
    'safe',
    null,
    'the managed nodes of a region without instances of the role could not be read',
    {
      cells: { 'us-east-1': { problem } },
    },
  ),
  row('not-yet', 'unreadable', 'the setting could not be read', {
    cells: { [region]: { setting: { kind: 'unread' }, dhmcRole: null } },
  }),
  row('not-yet', 'setting-unset', 'the setting names no role', {
    cells: { [region]: { setting: { kind: 'unset', modifiedAt: null }, dhmcRole: null } },
  }),
  row('not-yet', 'setting-unset', 'the setting of a second region with instances names no role', {
    instances: [{}, { region: 'us-east-1' }],
    cells: { 'us-east-1': { setting: { kind: 'unset', modifiedAt: null }, dhmcRole: null } },
  }),
  row('not-yet', 'dhmc-role-broken', 'the role of the setting is missing', {
    cells: {
      [region]: {
        setting: { ...set, works: 'no', fault: 'the role does not exist' },
        dhmcRole: null,
      },
    },
  }),
  row(
    'not-yet',
    'dhmc-role-broken',
    'the role of the setting lacks one right that the agent needs',
    {
      dhmcRole: { inline: { less: deny('ssm:PutInventory') } },
    },
  ),
  row('not-yet', 'dhmc-role-broken', 'a boundary takes rights from the role of the setting', {
    dhmcRole: { boundary: allow(['ssm:*', 'ssmmessages:*']) },
  }),
  row('not-yet', 'setting-recent', 'the setting is 23 hours old', {
    cells: { [region]: { setting: { ...set, modifiedAt: now - 23 * hour } } },
  }),
  row('not-yet', 'setting-recent', 'the setting is still being applied', {
    cells: { [region]: { setting: { ...set, pending: true } } },
  }),

  row('not-yet', 'agent-too-old', 'an agent is one version older than required', {
    instances: [{}, { node: { version: '3.2.581.9' } }],
  }),
  row('safe', null, 'an agent has the first supported version, written with three numbers', {
    instances: [{ node: { version: '3.2.582' } }],
  }),
  row('not-yet', 'agent-unknown', 'an agent has no version', {
    instances: [{ node: { version: null } }],
  }),
  row('not-yet', 'imds-disabled', 'the metadata endpoint is off', {
    instances: [{ instance: { metadata: 'disabled' } }],
  }),
  row('not-yet', 'imds-pending', 'metadata options are being applied', {
    instances: [{ instance: { metadata: 'pending' } }],
  }),
  row('not-yet', 'connection-lost', 'the connection to the agent is lost', {
    instances: [{ node: { ping: 'ConnectionLost' } }],
  }),
  row('not-yet', 'connection-lost', 'the last heartbeat is 16 minutes old', {
    instances: [{ node: { lastPingAt: now - 16 * 60_000 } }],
  }),
  row('not-yet', 'not-listed', 'Systems Manager does not list the instance', {
    instances: [{ node: null }],
  }),
  row('not-yet', 'hybrid-node', 'the instance is a hybrid node', { instances: [{ hybrid: true }] }),
  row('not-yet', 'stopped-instances', 'an instance is stopped', {
    instances: [{}, { instance: { state: 'stopped' }, node: null }],
  }),
  row('safe', null, 'an instance is stopped, and stopped instances are accepted', {
    instances: [{}, { instance: { state: 'stopped' }, node: null }],
    options: { acceptStopped: true },
  }),

  row('not-yet', 'shared-role', 'Lambda may assume the role too', {
    role: { trust: trustOf({ Service: ['ec2.amazonaws.com', 'lambda.amazonaws.com'] }) },
  }),
  row('not-yet', 'shared-role', 'another account may assume the role', {
    role: { trust: trustOf({ Service: 'ec2.amazonaws.com', AWS: '222222222222' }) },
  }),
  row('safe', null, "the trust has EC2's service principal of China", {
    role: { trust: trustOf({ Service: 'ec2.amazonaws.com.cn' }) },
  }),
  row('not-yet', 'other-policy', 'an inline policy allows the heartbeat', {
    role: { inline: { extra: allow(heartbeat) } },
  }),
  row('not-yet', 'other-policy', 'a customer policy allows the heartbeat with a wildcard', {
    role: { customer: { extra: allow('ssm:Update*') } },
  }),
  row('not-yet', 'other-policy', 'a customer policy allows the heartbeat with NotAction', {
    role: {
      customer: {
        extra: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              NotAction: ['s3:*', 'kms:*', 'logs:*', 'ds:*', 'cloudwatch:*', 'tag:*'],
              Resource: '*',
            },
          ],
        },
      },
    },
    options: { applicationOnly: ['ssm:*'] },
  }),
  row('not-yet', 'other-policy', 'an AWS policy grants more than the agent needs', {
    role: { attached: [defaultArn, aws('AmazonSSMFullAccess')] },
    options: { applicationOnly: ['*'] },
  }),
  row('not-yet', 'other-policy', 'a customer policy has the name of an AWS policy', {
    role: {
      attached: [],
      customer: { AmazonSSMManagedInstanceCore: allow([heartbeat, 'ssmmessages:*']) },
    },
  }),
  row('safe', null, 'another policy allows the heartbeat only for another instance', {
    role: {
      inline: {
        extra: allow(heartbeat, { Resource: 'arn:aws:ec2:*:*:instance/i-0ffffffffffffffff' }),
      },
    },
  }),
  row(
    'safe',
    null,
    'the boundary does not allow the heartbeat, so DHMC manages the instances already',
    {
      role: { inline: { extra: allow(heartbeat) }, boundary: allow('s3:*') },
    },
  ),
  row('not-yet', 'agent-rights', 'AmazonSSMManagedInstanceCore lets the agent read parameters', {
    role: { attached: [coreArn] },
  }),
  row('safe', null, 'only applications read parameters', {
    role: { attached: [coreArn] },
    options: { applicationOnly: ['ssm:getparameter*'] },
  }),
  row(
    'not-yet',
    'agent-rights',
    'only one of two parameter actions is marked as application-only',
    {
      role: { attached: [coreArn] },
      options: { applicationOnly: ['ssm:getparameter'] },
    },
  ),
  row('safe', null, 'the DHMC role reads parameters too', {
    role: { attached: [coreArn] },
    dhmcRole: { inline: { more: allow(['ssm:GetParameter', 'ssm:GetParameters']) } },
  }),
  row('not-yet', 'agent-rights', 'the DHMC role reads only some parameters', {
    role: { attached: [coreArn] },
    dhmcRole: {
      inline: {
        more: allow(['ssm:GetParameter', 'ssm:GetParameters'], {
          Resource: 'arn:aws:ssm:*:*:parameter/one',
        }),
      },
    },
  }),
  row('not-yet', 'agent-rights', 'an application writes to S3, and the agent can too', {
    role: { inline: { app: allow('s3:PutObject', { Resource: 'arn:aws:s3:::bucket/*' }) } },
  }),
  row('safe', null, 'the DHMC role may write to the same bucket', {
    role: { inline: { app: allow('s3:PutObject', { Resource: 'arn:aws:s3:::bucket/*' }) } },
    dhmcRole: { inline: { out: allow('s3:Put*', { Resource: 'arn:aws:s3:::buck*' }) } },
  }),
  row('safe', null, 'an application has rights that the agent never uses', {
    role: { inline: { app: allow(['dynamodb:GetItem', 'sqs:*']) } },
  }),
  row('safe', null, 'the agent uses the DHMC role already, and no right of the profile', {
    role: { inline: { app: allow(['s3:*', 'ssmmessages:*']), no: deny(heartbeat) } },
  }),
  row('safe', null, 'all further rights of AmazonEC2RoleforSSM are marked as application-only', {
    role: { attached: [legacyArn] },
    options: { applicationOnly: ['s3:*', 'logs:*', 'cloudwatch:*', 'ds:*', 'ssm:getparameters'] },
  }),

  row('likely', 'no-canary', 'no instance proves DHMC', { canaries: [] }),
  row('likely', 'no-canary', 'the canary is in another region', {
    canaries: [{ region: 'us-east-1' }],
  }),
  row('likely', 'canary-elsewhere', 'the canary is in another VPC', {
    canaries: [{ instance: { vpc: 'vpc-2' } }],
  }),
  row('likely', 'canary-elsewhere', 'the VPC is not known', {
    instances: [{ instance: { vpc: null } }],
  }),
  row('likely', 'canary-elsewhere', 'one of two VPCs has no canary', {
    instances: [{}, { instance: { vpc: 'vpc-2' } }],
  }),
  row(
    'likely',
    'no-canary',
    'all instances are stopped and accepted, and no instance proves DHMC',
    {
      canaries: [],
      instances: [{ instance: { state: 'stopped' }, node: null }],
      options: { acceptStopped: true },
    },
  ),
  row('likely', 'canary-elsewhere', 'a stopped instance, which is accepted, is in another VPC', {
    instances: [{}, { instance: { state: 'stopped', vpc: 'vpc-2' }, node: null }],
    options: { acceptStopped: true },
  }),
  row('safe', null, 'no instance that proves DHMC runs the same image', {
    canaries: [{ instance: { image: 'ami-2' } }],
  }),
  row('likely', 'setting-age-unknown', 'AWS does not say when the setting was changed', {
    cells: { [region]: { setting: { ...set, modifiedAt: null } } },
  }),
  row('likely', 'quick-setup', 'Quick Setup is at work in the account', {
    facts: { quickSetup: 'yes' },
  }),
  row('likely', 'quick-setup', 'whether Quick Setup is at work is unknown', {
    facts: { quickSetup: 'unknown' },
  }),
];

test.each(cases)('the verdict is $verdict where $when', ({ given, verdict, reason }) => {
  const { advice } = advised(given);
  expect([advice.verdict, advice.blockers[0]?.reason ?? null]).toEqual([verdict, reason]);
});

test('every rule has a case', () => {
  const tried = new Set(cases.map(({ reason }) => reason));
  expect(rules.map(({ reason }) => reason).filter((reason) => !tried.has(reason))).toEqual([]);
});

describe('advice', () => {
  test('names the instances of a blocker, and the region', () => {
    const { advice } = advised({ instances: [{}, { id: 'i-0old', node: { version: '3.1.0.0' } }] });
    expect(advice.blockers).toMatchObject([
      { reason: 'agent-too-old', region, instances: ['i-0old'] },
    ]);
  });

  test('names policies with their kind', () => {
    const { advice } = advised({
      role: { attached: [], inline: { beat: allow(heartbeat) }, customer: { own: allow('ssm:*') } },
      options: { applicationOnly: ['*'] },
    });
    const { hint = '' } = advice.blockers[0] ?? {};
    expect(hint).toContain("The account's policy own, the inline policy beat would still allow");
    expect(advice.steps[0]?.text).toContain(
      "the account's policy own, the inline policy beat allow ",
    );
  });

  test('names the exact flag that makes the role safe', () => {
    const given: Given = { role: { attached: [legacyArn] } };
    const { hint = '' } = advised(given).advice.blockers[0] ?? {};
    const [, flag = ''] = /--application-only (\S+)`/.exec(hint) ?? [];
    const applicationOnly = flag.toLowerCase().split(',');
    expect(applicationOnly.length).toBeGreaterThan(15);
    expect(advised({ ...given, options: { applicationOnly } }).advice.verdict).toBe('safe');
  });

  test('names the instance to try first where no instance proves DHMC', () => {
    const { advice } = advised({ canaries: [], instances: [{ id: 'i-0first' }] });
    expect(advice.blockers[0]?.hint).toContain('i-0first');
  });

  test('begins with a trial where DHMC is not proven', () => {
    const { advice } = advised({ canaries: [], instances: [{ id: 'i-0first' }] });
    expect(advice.steps[0]).toMatchObject({ call: null, document: null });
    expect(advice.steps[0]?.text).toMatch(/^First: .*give i-0first a profile/);
    expect(advice.steps[1]?.call).toBe('PutRolePolicy');
    expect(advised({}).advice.steps[0]?.call).toBe('PutRolePolicy');
  });

  test.each([
    ['old', now - 900 * hour, /^AWS is still applying the setting/],
    ['new', now - 23 * hour, /Run the command again after 2026-11-28T13:00Z/],
    ['not dated', null, /^AWS is still applying the setting/],
  ])('never names a past time for a pending setting that is %s', (_, modifiedAt, hint) => {
    const { advice } = advised({
      cells: { [region]: { setting: { ...set, pending: true, modifiedAt } } },
    });
    expect(advice.blockers[0]).toMatchObject({ reason: 'setting-recent' });
    expect(advice.blockers[0]?.hint).toMatch(hint);
  });

  test('says that the agent never asks for DHMC only while the profile allows the heartbeat', () => {
    const reasons = (more: object): string =>
      advised({
        role: { attached: [defaultArn, aws('AdministratorAccess')], ...more },
        options: { applicationOnly: ['*'] },
      })
        .advice.rights.map(({ reason }) => reason)
        .join(' ');
    expect(reasons({})).toContain('the agent never asks for DHMC');
    expect(reasons({ boundary: allow('s3:*') })).not.toContain('the agent never asks for DHMC');
  });

  test('continues a removal that was started', () => {
    const options = { applicationOnly: ['*'] };
    const attached = [coreArn];
    const [rest, deny, ...others] = advised({ role: { attached }, options }).advice.steps;
    const begun = {
      [rest?.policy ?? '']: rest?.document ?? {},
      [deny?.policy ?? '']: deny?.document ?? {},
    };
    const again = (inline: Readonly<Record<string, object>>) =>
      advised({ role: { attached, inline }, options }).advice.steps;
    expect(again(begun)).toEqual(others);
    const narrower = { ...begun, [rest?.policy ?? '']: allow('ssm:GetParameter') };
    expect(again(narrower)[0]?.text).toContain('Skip this if dhmc-rest-of-');
  });

  test('keeps read rights of applications', () => {
    const { advice } = advised({
      role: { attached: [defaultArn], inline: { app: allow('ssm:GetDocument') } },
    });
    expect(advice.rights.find(({ policy }) => policy === 'inline:app')).toMatchObject({
      disposition: 'keep',
      actions: ['ssm:GetDocument'],
    });
    expect(advice.steps.at(-1)?.call).toBe('DeleteRolePolicy');
  });

  test('asks to start an instance where all candidates are stopped', () => {
    const stopped = { id: 'i-0off', instance: { state: 'stopped' }, node: null };
    const { advice } = advised({
      canaries: [],
      instances: [stopped],
      options: { acceptStopped: true },
    });
    expect(advice.blockers[0]?.hint).toContain('start i-0off');
    const mixed = advised({ canaries: [], instances: [stopped, { id: 'i-0on' }] }).advice;
    expect(mixed.blockers.find(({ reason }) => reason === 'no-canary')?.instances).toEqual([
      'i-0on',
    ]);
  });

  test.each([
    ['60 minutes where all agents are new', [{}], 60],
    ['6 hours where an agent is older', [{}, { node: { version: '3.3.216.9' } }], 360],
    ['null where a version is unknown', [{}, { node: { version: null } }], null],
  ] as const)('gives %s as the gap', (_, instances, minutes) => {
    expect(advised({ instances }).advice.gapMinutes).toBe(minutes);
  });

  test('gives a gap of 0 where DHMC manages the instances already', () => {
    expect(advised({ role: { inline: { no: deny(heartbeat) } } }).advice.gapMinutes).toBe(0);
  });

  test.each([
    ['3.2.1630.0', false],
    ['3.2.1629.9', true],
    [null, true],
  ])('says how long an agent of version %s may take to reconnect', (version, isSlow) => {
    const { steps } = advised({ instances: [{}, { node: { version } }] }).advice;
    const { text = '' } = steps.find((step) => step.text.startsWith('Wait ')) ?? {};
    expect(text).toContain('manages it again within 30 minutes');
    expect(text).toContain('none as role-not-shown');
    expect(text.includes('within 6 hours if its agent is older than 3.2.1630.0')).toBe(isSlow);
  });

  test('has no steps for a role that is kept or cannot be judged', () => {
    for (const role of [
      { name: 'AmazonSSMRoleForInstancesQuickSetup' },
      { inline: { other: null } },
    ]) {
      const { advice, replacements } = advised({ role: { attached: [coreArn], ...role } });
      expect(advice.steps).toEqual([]);
      expect(replacements).toEqual([]);
    }
  });
});
