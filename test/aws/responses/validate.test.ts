import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settingId } from '../../../src/core/model/model.ts';
import { instancesOf, nodesOf } from '../../../src/aws/responses/instances.ts';
import { settingOf, roleOf, accountOf, regionsOf } from '../../../src/aws/responses/validate.ts';

describe('validating a response', () => {
  const setting = {
    SettingId: settingId,
    SettingValue: 'role',
    Status: 'Customized',
    LastModifiedDate: new Date(0),
    LastModifiedUser: 'u',
  };
  it('gives the setting', () => {
    expect(settingOf({ ServiceSetting: setting }, '1', 'r')).toEqual({
      value: 'role',
      pending: false,
      modifiedBy: 'u',
      modifiedAt: '1970-01-01T00:00:00.000Z',
    });
    for (const more of [{ SettingValue: '$None' }, { SettingValue: '' }, { Status: 'Default' }])
      expect(settingOf({ ServiceSetting: { ...setting, ...more } }, '1', 'r').value).toBeNull();
    expect(
      settingOf({ ServiceSetting: { ...setting, Status: 'PendingUpdate' } }, '1', 'r').pending,
    ).toBe(true);
  });
  it.each([
    undefined,
    {},
    { ServiceSetting: [] },
    { ServiceSetting: { ...setting, SettingId: '/ssm/other' } },
    { ServiceSetting: { ...setting, SettingValue: 5 } },
    { ServiceSetting: { ...setting, SettingValue: undefined } },
    { ServiceSetting: { ...setting, Status: 'Odd' } },
    { ServiceSetting: { ...setting, LastModifiedDate: new Date(Number.NaN) } },
    { ServiceSetting: { ...setting, ARN: `arn:aws:ssm:r:2:servicesetting${settingId}` } },
    { ServiceSetting: { ...setting, ARN: `arn:aws:ssm:other:1:servicesetting${settingId}` } },
  ])('refuses a wrong setting: %j', (answer) => {
    expect(() => settingOf(answer, '1', 'r')).toThrow();
  });
  const role = {
    Arn: 'arn:aws:iam::1:role/a/R',
    Path: '/a/',
    RoleName: 'R',
    AssumeRolePolicyDocument: '%7B%22Statement%22%3A%5B%5D%7D',
  };
  it('gives the role, with its trust policy decoded and otherwise unchanged', () => {
    expect(roleOf({ Role: role }, { account: '1', partition: 'aws', name: 'r' })).toEqual({
      arn: role.Arn,
      path: '/a/',
      name: 'R',
      trust: '{"Statement":[]}',
      tags: {},
      boundary: null,
    });
  });
  it.each([
    { Arn: 'arn:aws:iam::2:role/a/R' },
    { RoleName: 'S' },
    { Path: '/' },
    { AssumeRolePolicyDocument: '%E0%A4%A' },
    { AssumeRolePolicyDocument: '[]' },
    { Tags: 'x' },
  ])('refuses another role than the requested one: %j', (more) => {
    expect(() =>
      roleOf({ Role: { ...role, ...more } }, { account: '1', partition: 'aws', name: 'R' }),
    ).toThrow();
  });
  it('gives accounts, with State before Status', () => {
    const account = {
      Id: '111111111111',
      Name: 'n',
      State: 'CLOSED',
      Status: 'ACTIVE',
      JoinedMethod: 'CREATED',
      JoinedTimestamp: new Date(0),
      Paths: ['o-abcdefghij/r-abcd/ou-abcd-12345678/111111111111/'],
    };
    expect(accountOf(account)).toEqual({
      id: '111111111111',
      name: 'n',
      state: 'CLOSED',
      createdAt: 0,
      parents: ['r-abcd', 'ou-abcd-12345678'],
    });
    expect(accountOf({ Id: '111111111111', Status: 'ACTIVE' })).toMatchObject({
      state: 'ACTIVE',
      parents: null,
      createdAt: null,
    });
    expect(accountOf({ ...account, JoinedMethod: 'INVITED' })).toHaveProperty('createdAt', null);
    expect(() => accountOf({ Id: '11', Status: 'ACTIVE' })).toThrow();
    expect(() =>
      regionsOf({ Regions: [{ RegionName: '../x', RegionOptStatus: 'ENABLED' }] }),
    ).toThrow();
  });
  it.each([
    'arn:aws:organizations::000000000001:account/o-testtest01/000000000101',
    '',
    ' ACTIVE',
    '000000000101',
    '$None',
    7,
    ['ACTIVE'],
  ])('refuses a state that is not a word: %j', (state) => {
    const account = { Id: '111111111111', Name: 'n' };
    expect(accountOf({ ...account, State: 'PENDING_CLOSURE' }).state).toBe('PENDING_CLOSURE');
    expect(accountOf({ ...account, State: 'FROZEN' }).state).toBe('FROZEN');
    expect(() => accountOf({ ...account, State: state })).toThrow('State');
    expect(() => accountOf({ ...account, Status: state })).toThrow('Status');
    expect(() =>
      regionsOf({ Regions: [{ RegionName: 'eu-west-1', RegionOptStatus: state }] }),
    ).toThrow('RegionOptStatus');
    expect(() =>
      instancesOf({
        Reservations: [
          { Instances: [{ InstanceId: 'i-0123456789abcdef0', State: { Name: state } }] },
        ],
      }),
    ).toThrow("State's Name");
    expect(() =>
      nodesOf({
        InstanceInformationList: [{ InstanceId: 'i-0123456789abcdef0', PingStatus: state }],
      }),
    ).toThrow('PingStatus');
  });
  it('gives a value or InvalidResponse for any input', () => {
    fc.assert(
      fc.property(fc.anything(), (answer) => {
        for (const read of [
          () => settingOf(answer, '1', 'r'),
          () => roleOf(answer, { account: '1', partition: 'aws', name: 'R' }),
          () => accountOf(answer),
          () => regionsOf(answer),
        ])
          try {
            read();
          } catch (error) {
            expect(error).toHaveProperty('name', 'InvalidResponse');
          }
      }),
    );
  });
});
