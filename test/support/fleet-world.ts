/** A small world with instances: one account, one region that they are in, and the roles that they use. */
import type { FleetInstance, Role, World } from '../../src/sandbox/index.ts';
import { dhmcRole, dhmcValue, trusts } from '../../src/sandbox/worlds/fixtures.ts';
import { setTo, simpleWorld } from './simple-world.ts';
import type { SimpleAccount, SimpleWorld } from './simple-world.ts';

export const fleetRegion = 'eu-west-1';

const forInstances = trusts({ Service: 'ec2.amazonaws.com' });
const core = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore';

/** A role that instances have by the profile of its name. */
export const instanceRole = (name: string, more: Partial<Role> = {}): Role => ({
  name,
  trust: forInstances,
  instanceProfiles: [name],
  ...more,
});

/** `App` may do what the agent needs; `Bare` may read from S3 only. */
export const instanceRoles = [
  instanceRole('App', { attachedPolicies: [core] }),
  instanceRole('Bare', { attachedPolicies: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'] }),
];

export interface FleetWorld extends Omit<SimpleWorld, 'accounts'> {
  readonly fleet: readonly FleetInstance[];
  /** Default: on, with the whole role. */
  readonly setting?: 'on' | 'off';
  /** What is special about the account. */
  readonly account?: Partial<SimpleAccount>;
}

export const fleetWorld = ({ fleet, setting = 'on', account, ...more }: FleetWorld): World =>
  simpleWorld({
    accounts: [
      {
        name: 'one',
        moreRoles: [dhmcRole, ...instanceRoles],
        ...(setting === 'on' ? { settings: { [fleetRegion]: setTo(dhmcValue) } } : {}),
        fleet: { [fleetRegion]: fleet },
        ...account,
      },
    ],
    ...more,
  });
