/** The instances of the default world: ordinary ones in most accounts, and every special case in a few. */
import type { Account, FleetInstance, ManagedInstance, PolicyDocument, Role } from '../world.ts';
import { dhmcValue, trusts } from './fixtures.ts';

type Fleet = NonNullable<Account['fleet']>;
type Nodes = NonNullable<Account['instances']>;

const allow = (...Action: readonly string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
});

const awsPolicy = (name: string): string => `arn:aws:iam::aws:policy/${name}`;

/** A role for instances, in the profile of the same name. */
export const instanceRole = (name: string, more: Partial<Role>): Role => ({
  name,
  trust: trusts({ Service: 'ec2.amazonaws.com' }),
  instanceProfiles: [name],
  createdAt: '2023-04-11T08:00:00.000Z',
  ...more,
});

/** The agent's permissions, from AWS's managed policy. */
export const appServer = instanceRole('AppServer', {
  attachedPolicies: [awsPolicy('AmazonSSMManagedInstanceCore')],
});
/** An application's permissions without the agent's. */
export const webOnly = instanceRole('WebOnly', {
  attachedPolicies: [awsPolicy('AmazonS3ReadOnlyAccess')],
});
const legacyServer = instanceRole('LegacyServer', {
  attachedPolicies: [
    awsPolicy('service-role/AmazonEC2RoleforSSM'),
    awsPolicy('CloudWatchAgentServerPolicy'),
  ],
});
/** The heartbeat only: shown as Online, but commands do not reach it. */
const halfAgent = instanceRole('HalfAgent', {
  inlinePolicies: { heartbeat: allow('ssm:UpdateInstanceInformation') },
});
const nodeRole = instanceRole('EksNode', {
  attachedPolicies: [awsPolicy('AmazonSSMManagedInstanceCore')],
});

/** Instance ids that other parts of the default world refer to. */
const oddId = (number: number): string => `i-0a7d${String(number).padStart(13, '0')}`;

const profile = appServer.name;
const web = { name: 'web', profile, tags: { tier: 'web' } };
const batch = { name: 'batch', tags: { tier: 'batch' } };

/** An ordinary account: a profile manages some instances, the others wait for the setting. */
const ordinary = (managed: number, waiting: number): Fleet => ({
  'eu-central-1': [
    { ...web, count: managed },
    { ...batch, count: waiting, profile: webOnly.name },
  ],
  'us-east-1': [{ ...batch, count: Math.max(1, Math.floor(waiting / 2)) }],
});

/** Every kind of instance in a region with the setting on and a complete role. */
const everySituation: readonly FleetInstance[] = [
  { count: 12, name: 'build' },
  { count: 4, name: 'cache', profile: webOnly.name },
  { count: 6, name: 'portal', profile },
  { count: 3, name: 'log-agent', profile, agent: { version: '3.2.2172.0' } },
  { count: 2, name: 'shipper', agent: { version: '3.2.1705.0' } },
  { count: 2, name: 'archive', profile: legacyServer.name, agent: { version: '3.2.419.0' } },
  { count: 2, name: 'proxy', profile, network: 'no-profile' },
  { id: oddId(4), name: 'moved-setting' },
  { count: 2, name: 'appliance', agent: { ownCredentials: true } },
  { id: oddId(7), name: 'role-not-shown', profile: webOnly.name },
  { count: 2, name: 'half', profile: halfAgent.name },
  {
    name: 'changing',
    profile: webOnly.name,
    profileChange: { at: 25, before: profile },
    agent: { stoppedAt: 22 },
  },
  { count: 3, name: 'silent', profile, agent: { stoppedAt: 3000 } },
  { name: 'silent-build', agent: { stoppedAt: 3000 } },
  { count: 2, name: 'fresh', launchedAt: 0 },
  { count: 2, name: 'fresh-unreachable', launchedAt: 5, network: 'closed' },
  { count: 2, name: 'no-metadata', metadata: { endpoint: 'disabled' } },
  { count: 2, name: 'no-agent', agent: null },
  { name: 'no-network', network: 'closed' },
  { name: 'endpoint-policy', network: 'no-dhmc' },
  { name: 'cloned', agent: { registration: 'lost' } },
  { name: 'too-old', agent: { version: '3.1.1732.0' } },
  { count: 2, name: 'portal-no-agent', profile, agent: null },
  { name: 'portal-no-network', profile, network: 'closed' },
  {
    name: 'hybrid',
    agent: {
      activation: {
        node: 'mi-0a7d0000000000018',
        role: 'service-role/AmazonEC2RunCommandRoleForManagedInstances',
      },
    },
  },
  { name: 'empty-profile', profile: 'Empty' },
  { count: 2, name: 'retired-role', profile: 'Retired' },
  { name: 'remade-profile', profile, profileId: 'AIPA0OLDPROFILE0ID00' },
  { count: 3, name: 'parked', profile, state: 'stopped' },
  { name: 'parked-build', state: 'stopped' },
  { count: 4, name: 'eks', profile: nodeRole.name, operator: 'eks.amazonaws.com' },
  { count: 2, name: 'eks-auto', agent: null, operator: 'eks.amazonaws.com' },
  { id: oddId(24), name: 'gone', state: 'terminated' },
  { name: 'going', state: 'shutting-down' },
  { count: 3, name: 'ad', platform: 'Windows' },
  // Its former profile managed it, but its agent is too old for default host management.
  {
    name: 'left-behind',
    profile: webOnly.name,
    profileChange: { at: 5000, before: profile },
    agent: { version: '3.1.1732.0' },
  },
];

/**
 * Nodes that Systems Manager lists regardless of agents: with a former role, without a role, and of a terminated
 * instance.
 */
const oddNodes: readonly ManagedInstance[] = [
  { id: oddId(4), name: 'moved-setting', role: 'platform/TeamInstanceManagement' },
  { id: oddId(7), name: 'role-not-shown' },
  { id: oddId(24), name: 'gone', role: dhmcValue, lastPingMinutesAgo: 8 },
];

interface Instances {
  readonly fleet: Fleet;
  readonly roles?: readonly Role[];
  readonly instanceProfiles?: NonNullable<Account['instanceProfiles']>;
  readonly instances?: Nodes;
}

const ordinaryRoles = [appServer, webOnly] as const;

/** By the number at the end of the account's id. */
const byNumber: Readonly<Record<number, Instances>> = {
  101: { fleet: { 'eu-central-1': [{ count: 4, name: 'collector' }] } },
  103: {
    fleet: {
      'eu-central-1': everySituation,
      'us-east-1': [{ count: 3, name: 'build' }],
      // The setting was changed a few minutes ago.
      'us-west-2': [{ count: 2, name: 'waiting', network: 'closed' }],
    },
    roles: [appServer, webOnly, legacyServer, halfAgent, nodeRole],
    instanceProfiles: [{ name: 'Empty' }, { name: 'Retired', role: 'RetiredAppServer' }],
    instances: { 'eu-central-1': oddNodes },
  },
  // The setting was reset, but one instance still has a valid token.
  104: {
    fleet: {
      'eu-central-1': [
        { id: oddId(5), name: 'restore-test' },
        { count: 2, name: 'vault' },
      ],
    },
    instances: { 'eu-central-1': [{ id: oddId(5), name: 'restore-test', role: dhmcValue }] },
  },
  // The access role may not read managed nodes here.
  106: { fleet: { 'eu-central-1': [{ count: 2, name: 'resolver' }] } },
  107: { fleet: { 'eu-west-1': [{ count: 5, name: 'baker' }] } },
  201: { fleet: ordinary(12, 6), roles: ordinaryRoles },
  202: { fleet: ordinary(8, 4), roles: ordinaryRoles },
  204: { fleet: ordinary(6, 4), roles: ordinaryRoles },
  208: { fleet: ordinary(2, 10), roles: ordinaryRoles },
  301: { fleet: ordinary(2, 4), roles: ordinaryRoles },
  303: { fleet: ordinary(3, 5), roles: ordinaryRoles },
  // The setting names Quick Setup's role.
  307: { fleet: { 'us-east-1': [{ count: 3, name: 'shop-test' }] } },
  401: { fleet: { 'eu-central-1': [{ count: 2, name: 'erp' }] } },
  // The role lacks its policy, has the wrong trust policy, or was deleted: it stops managing instances soon.
  402: {
    fleet: {
      'eu-central-1': [
        { id: oddId(22), name: 'crm' },
        { count: 2, name: 'crm-db' },
      ],
    },
    instances: { 'eu-central-1': [{ id: oddId(22), name: 'crm', role: dhmcValue }] },
  },
  403: { fleet: { 'eu-west-1': [{ count: 2, name: 'billing' }] } },
  404: { fleet: { 'us-east-1': [{ name: 'intranet' }] } },
  // The access role may not read EC2 here.
  405: { fleet: { 'eu-central-1': [{ count: 2, name: 'bridge' }] } },
  406: { fleet: { 'eu-central-1': [{ count: 3, name: 'reports' }] } },
  501: {
    fleet: {
      'eu-central-1': [{ ...web, count: 3 }],
      'us-east-1': [{ count: 2, name: 'out-of-bounds' }],
    },
    roles: ordinaryRoles,
  },
  601: { fleet: { 'eu-central-1': [{ count: 4, name: 'ledger' }] } },
};

/** Adds the instances and their roles to the accounts. */
export const withInstances = (accounts: readonly Account[]): readonly Account[] =>
  accounts.map((account) => {
    const found = byNumber[Number(account.id.slice(-4))];
    if (found === undefined) return account;
    const { roles = [], ...rest } = found;
    return {
      ...account,
      ...(roles.length === 0 ? {} : { roles: [...(account.roles ?? []), ...roles] }),
      ...rest,
    };
  });
