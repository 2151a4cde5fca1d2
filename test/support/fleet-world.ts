/** A small world with instances: one account, one region with all instances, and their roles. */
import type { FleetInstance, Role, World } from '../../src/sandbox/index.ts';
import { dhmcRole, dhmcValue, trusts } from '../../src/sandbox/worlds/fixtures.ts';
import { setTo, simpleWorld } from './simple-world.ts';
import type { SimpleAccount, SimpleWorld } from './simple-world.ts';

export const fleetRegion = 'eu-west-1';

const forInstances = trusts({ Service: 'ec2.amazonaws.com' });
const core = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore';

/** A role for instances; the instance profile has the same name. */
export const instanceRole = (name: string, more: Partial<Role> = {}): Role => ({
  name,
  trust: forInstances,
  instanceProfiles: [name],
  ...more,
});

/** `App` has the permissions that the agent needs; `Bare` can only read from S3. */
export const instanceRoles = [
  instanceRole('App', { attachedPolicies: [core] }),
  instanceRole('Bare', { attachedPolicies: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'] }),
];

export interface FleetWorld extends Omit<SimpleWorld, 'accounts'> {
  readonly fleet: readonly FleetInstance[];
  /** Default: on, with the complete role. */
  readonly setting?: 'on' | 'off';
  /** Additions to the account. */
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
