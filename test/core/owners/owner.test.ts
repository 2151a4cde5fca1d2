import { describe, expect, it } from 'vitest';
import { ownerByWriter, ownerOf, type OwnerEvidence } from '../../../src/core/owners/owner.ts';

const ours = 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole';
const session = (name: string): string => `arn:aws:sts::111122223333:assumed-role/${name}`;
const ada = 'arn:aws:iam::111122223333:user/ada';
const exec = session('stacksets-exec-0a/AWSCloudFormation');
const run = '20261128-094451-7nabvw';
const dhmc = session(`OrganizationAccountAccessRole/dhmc-${run}`);

interface Case {
  readonly value?: string | null;
  readonly by?: string | null;
  readonly tags?: Readonly<Record<string, string>>;
  readonly more?: Partial<OwnerEvidence>;
}

const owner = ({ value = ours, by = null, tags, more }: Case): string | null => {
  const found = ownerOf({
    setting: { value, modifiedBy: by },
    role: tags === undefined ? null : { tags },
    stackSet: null,
    isListed: false,
    journal: null,
    ...more,
  });
  return found === null ? null : `${found.kind} ${found.name} ${found.evidence}`;
};

const stackset = { 'dhmc:managed-by': 'stackset' };
const journal = { kind: 'dhmc', name: run } as const;

describe('ownerOf', () => {
  it.each<[string, Case, string | null]>([
    ["AWS's default, which has no owner", { value: null }, null],
    ["AWS's default after a reset, which has no owner", { value: null, by: ada }, null],
    [
      "a stack set's cell that was reset",
      { value: null, more: { stackSet: 'dhmc-setting', isListed: true } },
      'stackset dhmc-setting instances',
    ],
    [
      'stack instances before all other evidence',
      { by: ada, tags: stackset, more: { stackSet: 'dhmc-setting', isListed: true, journal } },
      'stackset dhmc-setting instances',
    ],
    [
      'journals before tags',
      { by: exec, tags: stackset, more: { journal } },
      `dhmc ${run} journal`,
    ],
    ['tags before a writer', { by: exec, tags: stackset }, 'stackset stacksets-exec-0a tag'],
    ['a tag without a writer', { tags: stackset }, 'stackset dhmc:managed-by=stackset tag'],
    [
      'a tag beside a writer of unknown kind',
      { by: session('Admin/jane'), tags: stackset },
      'stackset dhmc:managed-by=stackset tag',
    ],
    ['a person as writer before a tag', { by: ada, tags: stackset }, 'person ada writer'],
    ['a run as writer before a tag', { by: dhmc, tags: stackset }, `dhmc ${run} writer`],
    [
      'the list of stack instances before a tag',
      { by: exec, tags: stackset, more: { isListed: true } },
      'stackset stacksets-exec-0a writer',
    ],
    [
      "Terraform's tag, set by its pipeline",
      { by: session('pipeline/x'), tags: { 'dhmc:managed-by': 'terraform' } },
      'other terraform tag',
    ],
    [
      'a role that a stack set without an instance there gave back',
      { by: exec, tags: { 'dhmc:managed-by': 'dhmc' }, more: { isListed: true } },
      'dhmc dhmc tag',
    ],
    [
      'a role that a stack set gave back, with unknown stack instances',
      { by: exec, tags: { 'dhmc:managed-by': 'dhmc' } },
      'stackset stacksets-exec-0a writer',
    ],
    [
      'a role that dhmc created, without a writer of the setting',
      { tags: { 'dhmc:created-by': 'dhmc', 'dhmc:run': run } },
      `dhmc ${run} tag`,
    ],
    [
      'a role that dhmc created, in a setting that a stack set wrote',
      { by: exec, tags: { 'dhmc:created-by': 'dhmc', 'dhmc:run': run } },
      'stackset stacksets-exec-0a writer',
    ],
    [
      'a tag with an unknown value',
      { tags: { 'dhmc:managed-by': 'x' } },
      `other ${last(ours)} value`,
    ],
    ['a writer before the value', { value: 'AWS-QuickSetup-x', by: ada }, 'person ada writer'],
    [
      "Quick Setup's value",
      { value: 'AWS-QuickSetup-SSM-DefaultEC2MgmtRole-eu-west-1' },
      'quick-setup AWS-QuickSetup-SSM-DefaultEC2MgmtRole-eu-west-1 value',
    ],
    [
      "the value of AWS's sample",
      { value: `${last(ours)}-ap-southeast-2` },
      `automation ${last(ours)}-ap-southeast-2 value`,
    ],
    [
      "the value of AWS's sample in the European sovereign cloud",
      { value: `${last(ours)}-eusc-de-east-1` },
      `automation ${last(ours)}-eusc-de-east-1 value`,
    ],
    [
      'a reserved path',
      { value: 'aws-reserved/ssm.amazonaws.com/AWSX', by: 'System' },
      'other AWSX value',
    ],
    ['another value', { value: 'platform/TeamRole' }, 'other TeamRole value'],
    ['our value without other evidence', {}, `other ${last(ours)} value`],
  ])('is right for %s', (_, given, expected) => {
    expect(owner(given)).toBe(expected);
  });

  it('finds the owner by the writer alone', () => {
    expect(ownerByWriter({ value: ours, modifiedBy: ada })).toEqual({
      kind: 'person',
      name: 'ada',
      evidence: 'writer',
    });
  });
});

function last(value: string): string {
  return value.slice(value.lastIndexOf('/') + 1);
}
