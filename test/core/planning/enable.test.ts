import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../../src/core/model/model.ts';
import { planEnable } from '../../../src/core/planning/enable.ts';
import type { AccountReadings } from '../../../src/core/model/readings.ts';
import { roleName, settingsOf } from '../../support/run-engine.ts';

import {
  id,
  policy,
  wrongTrust,
  denyTrust,
  setting,
  role,
  trouble,
  readings,
  attached,
  whole,
  shown,
  team,
  type Cells,
} from './account-readings.ts';
import { noteText } from '../../../src/core/problems/notes.ts';

const enable = (found: AccountReadings, over: Parameters<typeof settingsOf>[0] = {}) =>
  planEnable(found, { partition: 'aws', settings: settingsOf(over) });
const quick = 'AWS-QuickSetup-SSM-DefaultEC2MgmtRole-us-east-1';

describe('enable', () => {
  test.each<[string, AccountReadings, Parameters<typeof settingsOf>[0], readonly string[]]>([
    [
      'nothing there',
      readings({ a: setting(null) }),
      {},
      ['absent would-change', 'absent would-change', 'disabled would-change'],
    ],
    [
      'all right',
      readings({ a: setting(roleName) }, whole),
      {},
      ['whole in-sync', 'attached in-sync', 'enabled in-sync'],
    ],
    [
      'our name at another path',
      readings({ a: setting(roleName.split('/')[1] ?? '') }, whole),
      {},
      ['whole in-sync', 'attached in-sync', 'enabled would-change'],
    ],
    [
      "others' role with a Deny, and nothing asks for it",
      readings(
        { a: setting('Team') },
        { ...whole, role: known(role({ trust: denyTrust })), others: team },
      ),
      {},
      ['broken in-sync', 'attached in-sync', 'foreign conflict names-another-role'],
    ],
    [
      'ours, the policy is missing',
      readings({ a: setting(roleName) }, { ...whole, grants: known([]) }),
      {},
      ['whole in-sync', 'absent would-change', 'broken would-change'],
    ],
    [
      'ours, the role is missing',
      readings({ a: setting(roleName) }),
      {},
      ['absent would-change', 'absent would-change', 'broken would-change'],
    ],
    [
      'the trust is wrong',
      readings({ a: setting(null) }, { ...whole, role: known(role({ trust: wrongTrust })) }),
      {},
      ['broken would-change', 'attached in-sync', 'disabled would-change'],
    ],
    [
      'a team’s role',
      readings({ a: setting('Team') }, { others: team }),
      {},
      ['absent in-sync', 'absent in-sync', 'foreign conflict names-another-role'],
    ],
    [
      'a team’s role, taken over',
      readings({ a: setting('Team') }, { others: team }),
      { overwrite: ['foreign'] },
      ['absent would-change', 'absent would-change', 'foreign would-change'],
    ],
    [
      'a team’s role that cannot be read',
      readings({ a: setting('Team') }, { others: new Map([['team', unknown(trouble('denied'))]]) }),
      {},
      ['absent in-sync', 'absent in-sync', 'foreign conflict names-another-role'],
    ],
    [
      'a team’s role that is gone',
      readings({ a: setting('Team') }, { others: new Map([['team', known(null)]]) }),
      { overwrite: ['foreign'] },
      ['absent in-sync', 'absent in-sync', 'broken conflict names-another-role'],
    ],
    [
      'Quick Setup',
      readings({ a: setting(quick) }),
      { overwrite: ['foreign'] },
      ['absent in-sync', 'absent in-sync', 'quick-setup conflict names-another-role'],
    ],
    [
      'a value that no role bears',
      readings({ a: setting('$Service Managed!') }),
      {},
      ['absent in-sync', 'absent in-sync', 'foreign conflict names-another-role'],
    ],
    [
      'AWS’s own role that has our name, and is not there',
      readings({ a: setting(`aws-reserved/ssm.amazonaws.com/${roleName.split('/')[1] ?? ''}`) }),
      { overwrite: ['foreign', 'quick-setup', 'broken'] },
      ['absent in-sync', 'absent in-sync', 'foreign conflict reserved-value'],
    ],
    [
      'AWS’s own role that has our name, and no setting',
      readings(
        { a: setting(null) },
        { ...whole, role: known(role({ arn: `arn:aws:iam::${id}:role/aws-reserved/x/Dhmc` })) },
      ),
      { overwrite: ['foreign', 'quick-setup', 'broken'] },
      [
        'whole conflict role-of-others',
        'attached conflict role-of-others',
        'disabled conflict role-of-others',
      ],
    ],
    [
      'AWS’s own role',
      readings({ a: setting('aws-reserved/sso/X') }),
      { overwrite: ['foreign', 'quick-setup', 'broken'] },
      ['absent in-sync', 'absent in-sync', 'foreign conflict reserved-value'],
    ],
    [
      'pending on its way to ours',
      readings({ a: setting(roleName, { pending: true }) }, whole),
      {},
      ['whole in-sync', 'attached in-sync', 'pending in-sync'],
    ],
    [
      'our role cannot be read',
      readings(
        { a: setting(roleName), b: setting(null) },
        { role: unknown(trouble('denied')), grants: unknown(trouble('denied')) },
      ),
      {},
      [
        'unknown blocked denied',
        'unknown blocked denied',
        'unknown blocked denied',
        'disabled blocked denied',
      ],
    ],
    [
      'the policies cannot be read',
      readings({ a: setting(null) }, { ...whole, grants: unknown(trouble('denied')) }),
      {},
      ['whole blocked denied', 'unknown blocked denied', 'disabled blocked denied'],
    ],
    [
      'a setting cannot be read',
      readings({ a: unknown(trouble('denied')), b: setting(roleName) }, whole),
      {},
      ['whole in-sync', 'attached in-sync', 'unknown blocked denied', 'enabled in-sync'],
    ],
    [
      'a region deny',
      readings({ a: unknown(trouble('denied-by-scp')), b: setting(roleName) }, whole),
      {},
      ['whole in-sync', 'attached in-sync', 'unknown skipped denied-by-scp', 'enabled in-sync'],
    ],
    [
      'a region deny of a named region',
      readings({ a: unknown(trouble('denied-by-scp')), b: setting(roleName) }, whole, true),
      {},
      ['whole in-sync', 'attached in-sync', 'unknown blocked denied-by-scp', 'enabled in-sync'],
    ],
    [
      'denied everywhere is no region deny',
      readings(
        { a: unknown(trouble('denied-by-scp')), b: unknown(trouble('denied-by-scp')) },
        whole,
      ),
      {},
      [
        'whole in-sync',
        'attached in-sync',
        'unknown blocked denied-by-scp',
        'unknown blocked denied-by-scp',
      ],
    ],
    [
      'a region without DHMC',
      readings({ a: unknown(trouble('region-without-dhmc')), b: setting(roleName) }, whole),
      {},
      [
        'whole in-sync',
        'attached in-sync',
        'unknown skipped region-without-dhmc',
        'enabled in-sync',
      ],
    ],
    [
      'a named region without DHMC',
      readings({ a: unknown(trouble('region-without-dhmc')) }, whole, true),
      {},
      ['whole in-sync', 'attached in-sync', 'unknown blocked region-without-dhmc'],
    ],
    [
      'a named region that is not enabled',
      readings({ a: unknown(trouble('region-not-enabled')) }, whole, true),
      {},
      ['whole in-sync', 'attached in-sync', 'unknown skipped region-not-enabled'],
    ],
    [
      'ListRegions failed',
      readings({}, { ...whole, regions: unknown(trouble('network')) }),
      {},
      ['whole in-sync', 'attached in-sync', 'unknown blocked network'],
    ],
    [
      'another’s role with other policies',
      readings({ a: setting(null) }, { ...whole, grants: known(['arn:x']) }),
      {},
      [
        'whole conflict role-of-others',
        'absent conflict role-of-others',
        'disabled conflict role-of-others',
      ],
    ],
    [
      'the same, taken over',
      readings({ a: setting(null) }, { ...whole, grants: known(['arn:x']) }),
      { overwrite: ['foreign'] },
      ['whole in-sync', 'absent would-change', 'disabled would-change'],
    ],
    [
      'another’s role with a Deny',
      readings({ a: setting(null) }, { ...whole, role: known(role({ trust: denyTrust })) }),
      {},
      [
        'broken conflict role-of-others',
        'attached conflict role-of-others',
        'disabled conflict role-of-others',
      ],
    ],
    [
      'a Deny that still denies',
      readings({ a: setting(null) }, { ...whole, role: known(role({ trust: denyTrust })) }),
      { overwrite: ['foreign'] },
      [
        'broken blocked trust-denied',
        'attached blocked trust-denied',
        'disabled blocked trust-denied',
      ],
    ],
    [
      'a privileged role, something to change',
      readings(
        { a: setting(null), b: setting(roleName) },
        { ...whole, policies: attached('arn:aws:iam::aws:policy/AdministratorAccess') },
      ),
      {},
      [
        'whole blocked privileged-role',
        'attached blocked privileged-role',
        'disabled blocked privileged-role',
        'enabled in-sync',
      ],
    ],
    [
      'a privileged role, nothing to change',
      readings(
        { a: setting(roleName) },
        { ...whole, policies: attached('arn:aws:iam::aws:policy/IAMFullAccess') },
      ),
      {},
      ['whole in-sync privileged-role', 'attached in-sync', 'enabled in-sync'],
    ],
    [
      'a privileged role, allowed',
      readings(
        { a: setting(null) },
        { ...whole, policies: attached('arn:aws:iam::aws:policy/AdministratorAccess') },
      ),
      { allowPrivilegedRole: true },
      ['whole in-sync', 'attached in-sync', 'disabled would-change'],
    ],
    [
      'a boundary that is missing',
      readings({ a: setting(null) }, { boundary: known(false) }),
      { permissionsBoundary: 'B' },
      [
        'absent blocked boundary-missing',
        'absent blocked boundary-missing',
        'disabled blocked boundary-missing',
      ],
    ],
  ])('%s', (_, found, over, rows) => {
    expect(shown(enable(found, over))).toEqual(rows);
  });

  test('a conflict says who and when, and names the value of --overwrite', () => {
    const problem = enable(readings({ a: setting('Team') }, { others: team })).targets[2]?.problem;
    expect(problem?.message).toContain('user/ann on 2026-01-02T03:04:05.000Z');
    expect(problem?.hint).toContain('--overwrite=foreign');
  });

  test('the value comes from the role that is there', () => {
    const found = readings(
      { a: setting(null) },
      {
        ...whole,
        role: known(role({ arn: `arn:aws:iam::${id}:role/${roleName.split('/')[1]}`, path: '/' })),
      },
    );
    expect(enable(found).targets[2]?.to).toBe(roleName.split('/')[1]);
  });

  test('further policies and a missing boundary are reported', () => {
    const notes = enable(
      readings({ a: setting(roleName) }, { ...whole, grants: known([policy, 'arn:x']) }),
      { permissionsBoundary: 'B' },
    ).targets[0]?.notes;
    expect(notes?.map(noteText).join(' ')).toMatch(/arn:x.*boundary none/);
  });
});

test('a trust that names regions is judged by the region of each setting', () => {
  const trust = JSON.stringify({
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'ssm.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:ssm:eu-west-1:${id}:*` } },
    },
  });
  const regional = { role: known(role({ trust })), grants: known([policy]) };
  const ours = setting(roleName);
  const teamTrust = new Map([['team', known(role({ name: 'Team', trust }))]]);
  const rows = (cells: Cells, over: Partial<AccountReadings>) =>
    shown(enable(readings(cells, over)));
  expect(rows({ 'eu-west-1': ours, 'us-east-1': ours }, regional)).toEqual([
    'broken would-change',
    'attached in-sync',
    'enabled in-sync',
    'broken would-change',
  ]);
  expect(rows({ 'eu-west-1': ours }, regional)).toEqual([
    'whole in-sync',
    'attached in-sync',
    'enabled in-sync',
  ]);
  expect(rows({ 'us-east-1': setting(null) }, regional)).toEqual([
    'broken would-change',
    'attached in-sync',
    'disabled would-change',
  ]);
  expect(
    rows(
      { 'eu-west-1': setting('Team'), 'us-east-1': setting('Team') },
      { others: teamTrust },
    ).slice(2),
  ).toEqual(['foreign conflict names-another-role', 'broken conflict names-another-role']);
});

test('a trust for another organization is repaired, and one for ours is right', () => {
  const planOf = (trusted: string) => {
    const trust = JSON.stringify({
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'ssm.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceOrgID': trusted } },
      },
    });
    const found = { role: known(role({ trust })), grants: known([policy]) };
    return shown(
      planEnable(readings({ a: setting(roleName) }, found), {
        partition: 'aws',
        settings: settingsOf(),
        organization: 'o-ours',
      }),
    );
  };
  expect(planOf('o-ours')).toEqual(['whole in-sync', 'attached in-sync', 'enabled in-sync']);
  expect(planOf('o-others')).toEqual([
    'broken would-change',
    'attached in-sync',
    'broken would-change',
  ]);
});
