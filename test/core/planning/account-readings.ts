/** The readings of one account, for table tests of plans. */
import { known } from '../../../src/core/model/model.ts';
import type {
  Problem,
  ProblemCode,
  Reading,
  Role,
  Setting,
} from '../../../src/core/model/model.ts';
import type { planEnable } from '../../../src/core/planning/enable.ts';
import type { AccountReadings } from '../../../src/core/model/readings.ts';
import { dhmcTrustPolicy } from '../../../src/core/iam/trust-policy.ts';
import { roleName } from '../../support/run-engine.ts';

export const id = '111111111111';
export const policy = 'arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy';
export const wrongTrust = dhmcTrustPolicy.replace('ssm.', 'ec2.');
export const denyTrust = JSON.stringify({
  Statement: [{ Effect: 'Deny', Principal: '*', Action: '*' }],
});

export const setting = (value: string | null, over: Partial<Setting> = {}): Reading<Setting> =>
  known({
    value,
    pending: false,
    modifiedBy: 'arn:aws:iam::111111111111:user/ann',
    modifiedAt: '2026-01-02T03:04:05.000Z',
    ...over,
  });

export const role = (over: Partial<Role> = {}): Role => ({
  arn: `arn:aws:iam::${id}:role/${roleName}`,
  path: '/service-role/',
  name: roleName.split('/')[1] ?? '',
  trust: dhmcTrustPolicy,
  tags: {},
  boundary: null,
  ...over,
});

export const trouble = (code: ProblemCode): Problem => ({
  code,
  message: `it is ${code}`,
  hint: 'fix it',
  requestId: 'r-1',
});

export type Cells = Readonly<Record<string, Reading<Setting>>>;

export const readings = (
  cells: Cells,
  over: Partial<AccountReadings> = {},
  named = false,
): AccountReadings => ({
  account: { id, name: 'one', path: '', state: 'ACTIVE' },
  regions: known(Object.keys(cells).map((region) => ({ region, status: 'ENABLED' }))),
  assumedRegions: false,
  cells: Object.entries(cells).map(([region, reading]) => ({ region, named, setting: reading })),
  outOfScope: [],
  role: known(null),
  grants: known(null),
  others: new Map(),
  attachments: null,
  boundary: null,
  policies: null,
  ...over,
});

export const attached = (name: string): AccountReadings['policies'] =>
  known([{ name, text: known('{"Statement":[]}') }]);

export const whole = { role: known(role()), grants: known([policy]) };

/** The rows of a plan as `state verdict [code]`, role and grant first. */
export const shown = (plan: ReturnType<typeof planEnable>): readonly string[] =>
  plan.targets.map((target) =>
    [target.state, target.verdict, ...(target.problem === null ? [] : [target.problem.code])].join(
      ' ',
    ),
  );

export const team = new Map([['team', known(role({ name: 'Team' }))]]);
