import { describe, expect, it } from 'vitest';
import { describeDetails, switchesOf } from '../../../src/cli/rollout/plan-details.ts';
import { askToConfirm } from '../../../src/cli/rollout/confirm.ts';
import type { PlannedTarget } from '../../../src/core/model/model.ts';
import { dhmcTrustPolicy, repairTrust } from '../../../src/core/iam/trust-policy.ts';
import { plannedTarget } from '../../../src/core/planning/planned-targets.ts';

const defaultRole = 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole';
const account = '222222222222';
const arn = `arn:aws:iam::${account}:role/${defaultRole}`;
const policy = 'arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy';
const foreign = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:*' }],
});
const row = (
  kind: 'role' | 'grant' | 'setting',
  from: PlannedTarget['from'],
  to: PlannedTarget['to'],
): PlannedTarget =>
  plannedTarget({ kind, account }, { state: 'absent', verdict: 'would-change', from, to });
const planOf = (...targets: readonly PlannedTarget[]) => ({
  accounts: [
    {
      account: {
        id: account,
        name: 'web',
        path: '',
        state: 'ACTIVE',
        skipped: null,
        problem: null,
      },
      targets,
    },
  ],
  notes: [],
});
const ssm =
  '{ "Action": "sts:AssumeRole", "Effect": "Allow", "Principal": { "Service": "ssm.amazonaws.com" } }';
const name = defaultRole;
const mended = repairTrust(foreign) ?? '';

describe('the details of a plan', () => {
  it.each<[string, PlannedTarget, string]>([
    [
      'a role that is created',
      row('role', null, { arn, trust: dhmcTrustPolicy }),
      `Creates the role ${name} with the trust ${ssm}`,
    ],
    [
      'a trust that changes, with the added statement',
      row('role', { arn, trust: foreign }, { arn, trust: mended }),
      `In the trust of the role ${name}, adds ${ssm}`,
    ],
    [
      'a trust that is restored, with the removed statement',
      row('role', { arn, trust: mended }, { arn, trust: foreign }),
      `In the trust of the role ${name}, removes ${ssm}`,
    ],
    [
      'a role that is deleted',
      row('role', { arn, trust: dhmcTrustPolicy }, null),
      `Deletes the role ${name}`,
    ],
    ['a policy that is attached', row('grant', null, policy), `Attaches ${policy}`],
    ['a policy that is detached', row('grant', policy, null), `Detaches ${policy}`],
  ])('name %s', (_, target, expected) => {
    expect(describeDetails(planOf(target), defaultRole)).toEqual([
      `${expected}, in web (${account}).`,
    ]);
  });

  it('have deletions last, whatever the order of accounts', () => {
    const plan = planOf(
      row('role', { arn, trust: dhmcTrustPolicy }, null),
      row('grant', policy, null),
      row('role', null, { arn, trust: dhmcTrustPolicy }),
    );
    const words = describeDetails(plan, defaultRole).map((line) => line.split(' ')[0]);
    expect(words).toEqual(['Creates', 'Detaches', 'Deletes']);
  });

  it('name the role where it is not the default, and no single settings', () => {
    const plan = planOf(row('setting', null, 'Own'));
    expect(describeDetails(plan, 'Own')).toEqual(['The DHMC role is Own, not the default.']);
    expect(describeDetails(plan, defaultRole)).toEqual([]);
  });

  it('are repeated in the prompt: the role and the options that widen the run', async () => {
    const settings = {
      overwrite: ['foreign'],
      allowPrivilegedRole: true,
      deleteRole: false,
    } as const;
    let asked = '';
    const terminal = {
      logFormat: 'text' as const,
      errorStyle: { color: false, columns: 200 },
      ask: (question: string) => {
        asked = question;
        return Promise.resolve('y');
      },
    };
    const switches = switchesOf(settings);
    await askToConfirm(
      planOf(row('setting', null, 'Own')),
      { dhmcRole: 'Own', switches },
      terminal,
      new AbortController().signal,
    );
    expect(asked).toContain(
      'Set 1 setting in 1 account, with the DHMC role Own, with --overwrite=foreign --allow-privileged-role? [y/N]',
    );
  });
});
