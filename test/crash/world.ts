/** The world of the crash sweep: three accounts with 31 changes of every kind, and much for a rollback to restore. */
import type { PolicyDocument, Role, World } from '../../src/sandbox/index.ts';
import { setTo, simpleWorld } from '../support/simple-world.ts';

const regions = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'eu-west-1',
  'eu-west-2',
  'eu-central-1',
  'eu-north-1',
  'ap-south-1',
];

const trusting = (service: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
});

const dhmcRole = {
  name: 'AWSSystemsManagerDefaultEC2InstanceManagementRole',
  path: '/service-role/',
};
const teamRole: Role = {
  name: 'team-instances',
  trust: trusting('ssm.amazonaws.com'),
  attachedPolicies: [],
};
const quickSetup: Role = {
  name: 'AWS-QuickSetup-SSM-DefaultEC2MgmtRole-eu-west-1',
  trust: trusting('ssm.amazonaws.com'),
};

export const firstWorld = (): World =>
  simpleWorld({
    regions,
    accounts: [
      'fresh',
      {
        name: 'with a role that trusts another service',
        moreRoles: [
          { ...dhmcRole, trust: trusting('ec2.amazonaws.com'), tags: { team: 'platform' } },
          teamRole,
        ],
        settings: { 'us-east-1': setTo('team-instances'), 'eu-west-1': setTo('team-instances') },
      },
      {
        name: 'with a role without its policy',
        moreRoles: [{ ...dhmcRole, trust: trusting('ssm.amazonaws.com') }, quickSetup],
        settings: {
          'eu-west-1': setTo('AWS-QuickSetup-SSM-DefaultEC2MgmtRole-eu-west-1'),
          'eu-north-1': setTo('service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole'),
        },
      },
    ],
  });

/**
 * The relevant state of a world as text: roles and policies in full, settings by value. Runs and times are left out.
 */
export function settled(world: World): string {
  const accounts = world.accounts.map(({ id, roles = [], settings = {} }) => ({
    id,
    roles: roles
      .map(
        ({
          name,
          path = '/',
          trust,
          tags = {},
          boundary = null,
          attachedPolicies = [],
          inlinePolicies = {},
        }) => ({
          name,
          path,
          trust,
          boundary,
          attachedPolicies: [...attachedPolicies].sort(),
          inlinePolicies,
          tags: Object.entries(tags)
            .filter(([key]) => key !== 'dhmc:run' && key !== 'dhmc:created-at')
            .sort(),
        }),
      )
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
    settings: Object.entries(settings)
      .flatMap(([region, { value }]) => (value === null ? [] : [[region, value]]))
      .sort(),
  }));
  return JSON.stringify(accounts, null, 1);
}
