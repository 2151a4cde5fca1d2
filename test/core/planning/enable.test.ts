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

describe('enable plans the right rows for', () => {
  test.each<[string, AccountReadings, Parameters<typeof settingsOf>[0], readonly string[]]>([
    [
      'an account without role and setting',
      readings({ a: setting(null) }),
      {},
      ['absent would-change', 'absent would-change', 'disabled would-change'],
    ],
    [
      'an account where everything is in place',
      readings({ a: setting(roleName) }, whole),
      {},
      ['whole in-sync', 'attached in-sync', 'enabled in-sync'],
    ],
    [
      'a setting that names our role at another path',
      readings({ a: setting(roleName.split('/')[1] ?? '') }, whole),
      {},
      ['whole in-sync', 'attached in-sync', 'enabled would-change'],
    ],
    [
      "another's role with a Deny, which no setting is to name",
      readings(
        { a: setting('Team') },
        { ...whole, role: known(role({ trust: denyTrust })), others: team },
      ),
      {},
      ['broken in-sync', 'attached in-sync', 'foreign conflict names-another-role'],
    ],
    [
      'a setting that names our role, which lacks the policy',
      readings({ a: setting(roleName) }, { ...whole, grants: known([]) }),
      {},
      ['whole in-sync', 'absent would-change', 'broken would-change'],
    ],
    [
      'a setting that names our role, which is missing',
      readings({ a: setting(roleName) }),
      {},
      ['absent would-change', 'absent would-change', 'broken would-change'],
    ],
    [
      'our role with a wrong trust',
      readings({ a: setting(null) }, { ...whole, role: known(role({ trust: wrongTrust })) }),
      {},
      ['broken would-change', 'attached in-sync', 'disabled would-change'],
    ],
    [
      'a setting that names a team’s role',
      readings({ a: setting('Team') }, { others: team }),
      {},
      ['absent in-sync', 'absent in-sync', 'foreign conflict names-another-role'],
    ],
    [
      'a setting that names a team’s role, with --overwrite=foreign',
      readings({ a: setting('Team') }, { others: team }),
      { overwrite: ['foreign'] },
      ['absent would-change', 'absent would-change', 'foreign would-change'],
    ],
    [
      'a setting that names a team’s role, which cannot be read',
      readings({ a: setting('Team') }, { others: new Map([['team', unknown(trouble('denied'))]]) }),
      {},
      ['absent in-sync', 'absent in-sync', 'foreign conflict names-another-role'],
    ],
    [
      'a setting that names a team’s role, which is missing, with --overwrite=foreign',
      readings({ a: setting('Team') }, { others: new Map([['team', known(null)]]) }),
      { overwrite: ['foreign'] },
      ['absent in-sync', 'absent in-sync', 'broken conflict names-another-role'],
    ],
    [
      'a setting that names Quick Setup’s role, with --overwrite=foreign',
      readings({ a: setting(quick) }),
      { overwrite: ['foreign'] },
      ['absent in-sync', 'absent in-sync', 'quick-setup conflict names-another-role'],
    ],
    [
      'a value that is not a role name',
      readings({ a: setting('$Service Managed!') }),
      {},
      ['absent in-sync', 'absent in-sync', 'foreign conflict names-another-role'],
    ],
    [
      'a setting that names a reserved role with our name',
      readings({ a: setting(`aws-reserved/ssm.amazonaws.com/${roleName.split('/')[1] ?? ''}`) }),
      { overwrite: ['foreign', 'quick-setup', 'broken'] },
      ['absent in-sync', 'absent in-sync', 'foreign conflict reserved-value'],
    ],
    [
      'a reserved role with our name, which no setting names',
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
      'a setting that names a reserved role',
      readings({ a: setting('aws-reserved/sso/X') }),
      { overwrite: ['foreign', 'quick-setup', 'broken'] },
      ['absent in-sync', 'absent in-sync', 'foreign conflict reserved-value'],
    ],
    [
      'a pending setting that names our role',
      readings({ a: setting(roleName, { pending: true }) }, whole),
      {},
      ['whole in-sync', 'attached in-sync', 'pending in-sync'],
    ],
    [
      'our role, which cannot be read',
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
      'our role, whose policies cannot be read',
      readings({ a: setting(null) }, { ...whole, grants: unknown(trouble('denied')) }),
      {},
      ['whole blocked denied', 'unknown blocked denied', 'disabled blocked denied'],
    ],
    [
      'a setting that cannot be read',
      readings({ a: unknown(trouble('denied')), b: setting(roleName) }, whole),
      {},
      ['whole in-sync', 'attached in-sync', 'unknown blocked denied', 'enabled in-sync'],
    ],
    [
      'a region that an SCP blocks',
      readings({ a: unknown(trouble('denied-by-scp')), b: setting(roleName) }, whole),
      {},
      ['whole in-sync', 'attached in-sync', 'unknown skipped denied-by-scp', 'enabled in-sync'],
    ],
    [
      'a named region that an SCP blocks',
      readings({ a: unknown(trouble('denied-by-scp')), b: setting(roleName) }, whole, true),
      {},
      ['whole in-sync', 'attached in-sync', 'unknown blocked denied-by-scp', 'enabled in-sync'],
    ],
    [
      'an account where an SCP blocks every region',
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
      'an account whose regions cannot be listed',
      readings({}, { ...whole, regions: unknown(trouble('network')) }),
      {},
      ['whole in-sync', 'attached in-sync', 'unknown blocked network'],
    ],
    [
      'another’s role with our name and other policies',
      readings({ a: setting(null) }, { ...whole, grants: known(['arn:x']) }),
      {},
      [
        'whole conflict role-of-others',
        'absent conflict role-of-others',
        'disabled conflict role-of-others',
      ],
    ],
    [
      'another’s role with our name and other policies, with --overwrite=foreign',
      readings({ a: setting(null) }, { ...whole, grants: known(['arn:x']) }),
      { overwrite: ['foreign'] },
      ['whole in-sync', 'absent would-change', 'disabled would-change'],
    ],
    [
      'another’s role with our name and a Deny',
      readings({ a: setting(null) }, { ...whole, role: known(role({ trust: denyTrust })) }),
      {},
      [
        'broken conflict role-of-others',
        'attached conflict role-of-others',
        'disabled conflict role-of-others',
      ],
    ],
    [
      'another’s role with our name and a Deny, with --overwrite=foreign',
      readings({ a: setting(null) }, { ...whole, role: known(role({ trust: denyTrust })) }),
      { overwrite: ['foreign'] },
      [
        'broken blocked trust-denied',
        'attached blocked trust-denied',
        'disabled blocked trust-denied',
      ],
    ],
    [
      'a privileged role, where a setting would change',
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
      'a privileged role, where nothing would change',
      readings(
        { a: setting(roleName) },
        { ...whole, policies: attached('arn:aws:iam::aws:policy/IAMFullAccess') },
      ),
      {},
      ['whole in-sync privileged-role', 'attached in-sync', 'enabled in-sync'],
    ],
    [
      'a privileged role, with --allow-privileged-role',
      readings(
        { a: setting(null) },
        { ...whole, policies: attached('arn:aws:iam::aws:policy/AdministratorAccess') },
      ),
      { allowPrivilegedRole: true },
      ['whole in-sync', 'attached in-sync', 'disabled would-change'],
    ],
    [
      'a missing permissions boundary',
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

  test('a conflict, whose message names writer and time, and whose hint names --overwrite', () => {
    const problem = enable(readings({ a: setting('Team') }, { others: team })).targets[2]?.problem;
    expect(problem?.message).toContain('user/ann on 2026-01-02T03:04:05.000Z');
    expect(problem?.hint).toContain('--overwrite=foreign');
  });

  test('a role at another path, whose actual path goes into the setting', () => {
    const found = readings(
      { a: setting(null) },
      {
        ...whole,
        role: known(role({ arn: `arn:aws:iam::${id}:role/${roleName.split('/')[1]}`, path: '/' })),
      },
    );
    expect(enable(found).targets[2]?.to).toBe(roleName.split('/')[1]);
  });

  test('further policies and a missing boundary, which are reported in notes', () => {
    const notes = enable(
      readings({ a: setting(roleName) }, { ...whole, grants: known([policy, 'arn:x']) }),
      { permissionsBoundary: 'B' },
    ).targets[0]?.notes;
    expect(notes?.map(noteText).join(' ')).toMatch(/arn:x.*boundary none/);
  });
});

test('a trust that is limited to a region is judged for the region of each setting', () => {
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

test('a trust that is limited to another organization is repaired, and one for ours is not', () => {
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
