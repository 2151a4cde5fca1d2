/**
 * Generates accounts for the simulation of the advice: roles, instances, agents and settings of every kind that
 * AWS's APIs show.
 */
import type { FleetInstance, PolicyDocument, Role } from '../../src/sandbox/index.ts';
import {
  dhmcRole,
  dhmcRoleWithoutPolicy,
  dhmcRoleWithWrongTrust,
  dhmcValue,
} from '../../src/sandbox/worlds/fixtures.ts';
import { instanceRole } from './fleet-world.ts';
import { setTo, type SimpleAccount } from './simple-world.ts';

const aws = (name: string): string => `arn:aws:iam::aws:policy/${name}`;
const core = aws('AmazonSSMManagedInstanceCore');
const allow = (...Action: readonly string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
});
const deny = (...Action: readonly string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action, Resource: '*' }],
});

/** Pseudo-random numbers from 0 to 1, the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const kinds: readonly ((name: string) => Role)[] = [
  (name) => instanceRole(name, { attachedPolicies: [core] }),
  (name) => instanceRole(name, { attachedPolicies: [aws('service-role/AmazonEC2RoleforSSM')] }),
  (name) =>
    instanceRole(name, { attachedPolicies: [aws('AmazonSSMManagedEC2InstanceDefaultPolicy')] }),
  (name) =>
    instanceRole(name, {
      attachedPolicies: [core, aws('AmazonSSMManagedEC2InstanceDefaultPolicy')],
      inlinePolicies: { app: allow('s3:GetObject', 'sqs:*') },
    }),
  (name) =>
    instanceRole(name, {
      attachedPolicies: [core],
      inlinePolicies: { beat: allow('ssm:UpdateInstanceInformation') },
    }),
  (name) => instanceRole(name, { attachedPolicies: [core, aws('AmazonSSMFullAccess')] }),
  (name) => instanceRole(name, { attachedPolicies: [aws('AWSCloud9SSMInstanceProfile')] }),
  (name) => instanceRole(name, { inlinePolicies: { channels: allow('ssmmessages:*') } }),
  (name) =>
    instanceRole(name, {
      attachedPolicies: [core],
      inlinePolicies: { no: deny('ssm:UpdateInstanceInformation') },
    }),
];

const versions = ['3.3.987.0', '3.3.217.0', '3.2.2000.0', '3.2.1705.0', '3.2.582.0', '3.2.500.0'];
const regions = ['eu-west-1', 'us-east-1'];

/** Generates one account: most of it in order, some of it not. */
export function advisedAccount(name: string, random: () => number): SimpleAccount {
  const chance = (share: number): boolean => random() < share;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const roles = ['A', 'B', 'C'].map((each) =>
    (chance(0.5) ? pick(kinds.slice(0, 4)) : pick(kinds))(each),
  );
  const ours = chance(0.85) ? dhmcRole : pick([dhmcRoleWithoutPolicy, dhmcRoleWithWrongTrust]);
  // The endpoint policy that blocks DHMC belongs to a VPC, and no call shows it.
  const closedVpc = chance(0.3) ? 'vpc-0b' : null;
  const instance = (): FleetInstance => {
    const vpc = chance(0.85) ? 'vpc-0a' : 'vpc-0b';
    const profile = chance(0.7) ? pick(roles).name : null;
    return {
      vpc,
      ...(profile === null ? {} : { profile }),
      ...(vpc === closedVpc ? { network: 'no-dhmc' as const } : {}),
      ...(chance(0.06) ? { state: 'stopped' as const } : {}),
      ...(chance(0.04) ? { metadata: { endpoint: 'disabled' as const } } : {}),
      ...(chance(0.04) ? { network: 'closed' as const } : {}),
      ...(chance(0.04)
        ? { agent: null }
        : { agent: { version: chance(0.7) ? '3.3.987.0' : pick(versions) } }),
    };
  };
  const settings = Object.fromEntries(
    regions.filter(() => chance(0.9)).map((region) => [region, setTo(dhmcValue)]),
  );
  const fleet = Object.fromEntries(
    regions.map((region, at) => [
      region,
      Array.from(
        { length: at === 0 ? 3 + Math.floor(random() * 7) : Math.floor(random() * 3) },
        instance,
      ),
    ]),
  );
  return { name, moreRoles: [ours, ...roles], settings, fleet };
}
