import { describe, expect, it } from 'vitest';
import { handoverDocument, handoverName } from '../../../src/core/advice/rights/documents.ts';
import { heartbeatAt, removalOf } from '../../../src/core/advice/removal.ts';
import { account, allow, coreArn, defaultArn, legacyArn, region, roleOf } from './facts.ts';

const place = { partition: 'aws', account } as const;
const own = allow('ssm:UpdateInstanceInformation');
const names = (policies: readonly { readonly name: string }[]): readonly string[] =>
  policies.map(({ name }) => name);

describe('a removal', () => {
  it("removes AWS's policies for the agent, and no other policy", () => {
    const role = roleOf({ attached: [defaultArn, legacyArn], customer: { own }, inline: { own } });
    const { going, staying } = removalOf(role, place);
    expect(going.map(({ name, rest }) => [name, rest?.name ?? null])).toEqual([
      ['AmazonSSMManagedEC2InstanceDefaultPolicy', null],
      ['AmazonEC2RoleforSSM', 'dhmc-rest-of-AmazonEC2RoleforSSM'],
    ]);
    expect(names(staying)).toEqual([`arn:aws:iam::${account}:policy/own`, 'inline:own']);
  });

  it('gives the policy with the remaining rights a name that no policy of the role has', () => {
    const taken = 'dhmc-rest-of-AmazonSSMManagedInstanceCore';
    const role = roleOf({ attached: [coreArn], inline: { [taken]: own, [`${taken}-2`]: own } });
    expect(removalOf(role, place).going[0]?.rest?.name).toBe(`${taken}-3`);
  });

  it('recognizes a policy with the remaining rights that exists already', () => {
    const name = 'dhmc-rest-of-AmazonSSMManagedInstanceCore';
    const first = removalOf(roleOf({ attached: [coreArn] }), place).going[0]?.rest;
    expect(first).toMatchObject({ name, isThere: false });
    const document = first?.document ?? {};
    const begun = (inline: Readonly<Record<string, object>>) =>
      removalOf(roleOf({ attached: [coreArn], inline }), place);
    const { going, after } = begun({ [name]: document });
    expect(going[0]?.rest).toMatchObject({ name, isThere: true });
    expect(names(after.policies)).toEqual([`inline:${name}`]);
    const second = begun({ [name]: own, [`${name}-2`]: document }).going[0]?.rest;
    expect(second).toMatchObject({ name: `${name}-2`, isThere: true });
    expect(begun({ [name]: own }).going[0]?.rest).toMatchObject({
      ...{ name: `${name}-2`, isThere: false },
    });
  });

  it('recognizes a hand-over that was started', () => {
    const begun = roleOf({ attached: [defaultArn], inline: { [handoverName]: handoverDocument } });
    const { isHandedOver, after, afterWithDeny } = removalOf(begun, place);
    expect(isHandedOver).toBe(true);
    expect(names(after.policies)).toEqual([]);
    expect(names(afterWithDeny.policies)).toEqual([`inline:${handoverName}`]);
    expect(removalOf(roleOf({ attached: [defaultArn] }), place).isHandedOver).toBe(false);
  });
});

describe('the heartbeat of a role', () => {
  const at = (given: Parameters<typeof roleOf>[0], instances: readonly string[]) => {
    const role = roleOf(given);
    const where = { partition: 'aws', region, account, organization: 'o-1' } as const;
    return heartbeatAt(role, role.policies, [{ place: where, instances }]);
  };
  const onOne = allow('ssm:UpdateInstanceInformation', {
    Resource: `arn:aws:ec2:${region}:${account}:instance/i-1`,
  });
  it.each([
    ['everywhere', { attached: [defaultArn] }, ['i-1'], 'allowed', [defaultArn]],
    ['nowhere', {}, ['i-1'], 'denied', []],
    ['for the instance in question', { inline: { x: onOne } }, ['i-1'], 'allowed', ['inline:x']],
    ['for another instance', { inline: { x: onOne } }, ['i-2'], 'denied', []],
  ] as const)('is allowed %s', (_, given, instances, result, policies) => {
    expect(at(given, instances)).toEqual({ result, policies });
  });
});
