import { describe, expect, it } from 'vitest';
import { associationsOf, instancesOf, nodesOf } from '../../../src/aws/responses/instances.ts';

const instance = (over: object = {}) => ({
  InstanceId: 'i-0123456789abcdef0',
  State: { Name: 'running' },
  LaunchTime: new Date('2026-01-01T00:00:00Z'),
  ...over,
});
const read = (...instances: readonly object[]) =>
  instancesOf({ Reservations: [{ Instances: instances }] });

describe('the instances in a response', () => {
  it('are read, with short names for profile and platform', () => {
    expect(
      read(
        instance({
          Tags: [
            { Key: 'a', Value: 'b' },
            { Key: 'Name', Value: 'web' },
          ],
          Platform: 'windows',
          IamInstanceProfile: { Arn: 'arn:aws:iam::1:instance-profile/team/App', Id: 'AIPA' },
          MetadataOptions: { HttpEndpoint: 'disabled', State: 'applied' },
          Operator: { Managed: true },
        }),
      ),
    ).toMatchObject([
      {
        ...{ name: 'web', platform: 'Windows', profile: 'App', profileId: 'AIPA' },
        ...{ metadata: 'disabled', operated: true, launchedAt: Date.parse('2026-01-01T00:00:00Z') },
      },
    ]);
  });

  it.each([
    [{}, { platform: 'Linux/UNIX', name: null, profile: null, metadata: null, operated: false }],
    [{ PlatformDetails: 'Red Hat' }, { platform: 'Red Hat' }],
    [{ Tags: [{ Key: 'Name' }] }, { name: '' }],
    [{ MetadataOptions: { State: 'pending', HttpEndpoint: 'enabled' } }, { metadata: 'pending' }],
  ])('with %j have %j', (over, expected) => {
    expect(read(instance(over))).toMatchObject([expected]);
  });

  it('come from all reservations, without terminated ones', () => {
    const gone = ['terminated', 'shutting-down'].map((Name) => instance({ State: { Name } }));
    expect(read(...gone, instance())).toHaveLength(1);
    expect(
      instancesOf({ Reservations: [{ Instances: [instance()] }, { Instances: [instance()] }] }),
    ).toHaveLength(2);
    expect(instancesOf({})).toEqual([]);
  });

  it.each([
    [{ InstanceId: 'i-1' }],
    [{ InstanceId: '../x' }],
    [{ State: {} }],
    [{ LaunchTime: 'soon' }],
    [{ IamInstanceProfile: {} }],
    [{ Tags: 'Name' }],
  ])('are refused with %j', (over) => {
    expect(() => read(instance(over))).toThrow();
  });
});

describe('nodes and associations', () => {
  it('accept a hybrid node, and read an empty role as none', () => {
    const node = { InstanceId: 'mi-0123456789abcdef0', PingStatus: 'Online', IamRole: '' };
    expect(nodesOf({ InstanceInformationList: [node] })).toMatchObject([
      { id: 'mi-0123456789abcdef0', ping: 'Online', role: null, version: null },
    ]);
    expect(nodesOf({ InstanceProperties: [node] }, 'InstanceProperties')).toHaveLength(1);
    expect(() => nodesOf({ InstanceInformationList: [{ ...node, InstanceId: 'x-1' }] })).toThrow(
      'not a node id',
    );
    expect(() => nodesOf({})).toThrow();
  });

  it('leave out an association without a time', () => {
    const at = new Date('2026-01-01T00:00:00Z');
    expect(
      associationsOf({
        IamInstanceProfileAssociations: [
          { InstanceId: 'i-1', Timestamp: at },
          { InstanceId: 'i-2' },
        ],
      }),
    ).toEqual([['i-1', at.getTime()]]);
  });
});
