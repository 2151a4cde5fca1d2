import { describe, expect, it } from 'vitest';
import { findingsOnAccount } from '../../../src/core/doctor/account-findings.ts';
import type { AccountExamined, DoctorReadings } from '../../../src/core/doctor/readings.ts';
import { grantPolicyArn } from '../../../src/core/iam/role-names.ts';
import { known, unknown, type Problem } from '../../../src/core/model/model.ts';
import type { AccountReadings } from '../../../src/core/model/readings.ts';
import { problemFor } from '../../../src/core/problems/hints.ts';
import { roleIn } from '../../support/memory-worlds.ts';
import { settingsOf } from '../../support/run-engine.ts';

const id = '222222222222';
const account = { id, name: 'web', path: '', state: 'ACTIVE' };
const denied = (action: string, region: string): Problem =>
  problemFor('denied', `No ${action} in ${region}.`, {
    account: id,
    action,
    region,
    principal: 'p',
  });
const unset = { value: null, pending: false, modifiedBy: 'System', modifiedAt: null };

const readings = (
  cells: readonly (readonly [region: string, problem: Problem | null, named?: boolean])[],
  more: Partial<AccountReadings> = {},
): AccountReadings => ({
  account,
  role: known(null),
  grants: known([]),
  attachments: null,
  boundary: null,
  others: new Map(),
  policies: null,
  regions: known(cells.map(([region]) => ({ region, status: 'ENABLED' }))),
  assumedRegions: false,
  cells: cells.map(([region, problem, named = false]) => ({
    region,
    named,
    setting: problem === null ? known(unset) : unknown(problem),
  })),
  outOfScope: [],
  ...more,
});

const examined = (inside: AccountExamined['inside']): AccountExamined => ({
  account,
  inside,
  levels: null,
  needs: [],
});
const caller = known({ caller: { account: '111111111111', arn: 'a' }, partition: 'aws' as const });
const findings = (inside: AccountExamined['inside']) =>
  findingsOnAccount(examined(inside), { caller } as DoctorReadings, {
    partition: 'aws',
    settings: settingsOf(),
  });
const inside = (of: AccountReadings) =>
  known({
    principal: 'role Entry',
    principalArn: null,
    readings: of,
    permissions: known([]),
    associations: [],
  });
const regions = (of: AccountReadings) =>
  findings(inside(of))
    .filter(({ check }) => check === 'regions')
    .map(({ level, message }) => `${level}: ${message}`);

describe('an account that cannot be entered', () => {
  it('has the problem and the finding on control policies', () => {
    const [entry, policies, ...rest] = findings(unknown(denied('sts:AssumeRole', 'eu-west-1')));
    expect(entry).toMatchObject({ check: 'entry', level: 'error', subject: id });
    expect(policies).toMatchObject({ check: 'control-policies', level: 'ok' });
    expect(rest).toEqual([]);
  });
});

describe('the finding on the regions of an account', () => {
  it('is ok where every setting can be read', () => {
    expect(regions(readings([['eu-west-1', null]]))).toEqual([
      'ok: The setting can be read in 1 region.',
    ]);
  });

  it('is one for each cause for which settings cannot be read', () => {
    const of = readings([
      ['eu-west-1', denied('a:b', 'eu-west-1')],
      ['us-east-1', denied('c:d', 'us-east-1')],
      ['us-west-2', denied('a:b', 'us-west-2')],
    ]);
    expect(regions(of)).toEqual([
      'error: The setting could not be read in eu-west-1, us-west-2: No a:b in eu-west-1.',
      'error: The setting could not be read in us-east-1: No c:d in us-east-1.',
    ]);
  });

  it('is a warning where the regions are skipped anyway', () => {
    const closed = problemFor('region-not-enabled', 'Closed.', {
      account: id,
      region: 'eu-west-1',
    });
    const found = findings(
      inside(
        readings([
          ['eu-west-1', closed, true],
          ['us-east-1', null],
        ]),
      ),
    );
    expect(found.find(({ check }) => check === 'regions')).toMatchObject({
      level: 'warning',
      why: 'These regions are skipped.',
    });
  });

  it('is a warning or an error where the regions could not be listed', () => {
    const unlisted = unknown(denied('account:ListRegions', ''));
    const of = (assumedRegions: boolean) =>
      regions(readings([['eu-west-1', null]], { regions: unlisted, assumedRegions }));
    expect(of(true)[0]).toMatch(/^warning: /);
    expect(of(false)[0]).toMatch(/^error: /);
  });
});

it.each([
  ['works', [grantPolicyArn('aws')], 'The DHMC role exists and is whole.'],
  [
    'lacks its policy',
    [],
    'The DHMC role exists, but its policy is not attached: enable attaches it.',
  ],
])('reports that the role %s', (_, grants, message) => {
  const of = readings([['eu-west-1', null]], {
    role: known(roleIn(id, '/service-role/', 'AWSSystemsManagerDefaultEC2InstanceManagementRole')),
    grants: known(grants),
  });
  expect(findings(inside(of)).find(({ check }) => check === 'role')).toMatchObject({
    level: 'ok',
    message,
  });
});
