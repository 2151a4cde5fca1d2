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
    ["AWS's default is nobody's", { value: null }, null],
    ["AWS's default that somebody went back to is nobody's", { value: null, by: ada }, null],
    [
      'a cell of the stack set that was reset is still its own',
      { value: null, more: { stackSet: 'dhmc-setting', isListed: true } },
      'stackset dhmc-setting instances',
    ],
    [
      'instances come before all else',
      { by: ada, tags: stackset, more: { stackSet: 'dhmc-setting', isListed: true, journal } },
      'stackset dhmc-setting instances',
    ],
    [
      'journals before tags',
      { by: exec, tags: stackset, more: { journal } },
      `dhmc ${run} journal`,
    ],
    ['tags before a writer', { by: exec, tags: stackset }, 'stackset stacksets-exec-0a tag'],
    [
      'a tag where nobody says who wrote it',
      { tags: stackset },
      'stackset dhmc:managed-by=stackset tag',
    ],
    [
      'a tag where the writer is anybody',
      { by: session('Admin/jane'), tags: stackset },
      'stackset dhmc:managed-by=stackset tag',
    ],
    ['no tag against a person', { by: ada, tags: stackset }, 'person ada writer'],
    ['no tag against a run', { by: dhmc, tags: stackset }, `dhmc ${run} writer`],
    [
      'no tag against the list of instances',
      { by: exec, tags: stackset, more: { isListed: true } },
      'stackset stacksets-exec-0a writer',
    ],
    [
      'a tag of Terraform, by its pipeline',
      { by: session('pipeline/x'), tags: { 'dhmc:managed-by': 'terraform' } },
      'other terraform tag',
    ],
    [
      'a role given back by a stack set that has no instance there',
      { by: exec, tags: { 'dhmc:managed-by': 'dhmc' }, more: { isListed: true } },
      'dhmc dhmc tag',
    ],
    [
      'a role given back, and the instances are unknown',
      { by: exec, tags: { 'dhmc:managed-by': 'dhmc' } },
      'stackset stacksets-exec-0a writer',
    ],
    [
      'a role that dhmc made, and nobody says who set it',
      { tags: { 'dhmc:created-by': 'dhmc', 'dhmc:run': run } },
      `dhmc ${run} tag`,
    ],
    [
      'a role that dhmc made, which a stack set names',
      { by: exec, tags: { 'dhmc:created-by': 'dhmc', 'dhmc:run': run } },
      'stackset stacksets-exec-0a writer',
    ],
    [
      'a tag that says nothing known',
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
    ['our value, and nothing else', {}, `other ${last(ours)} value`],
  ])('%s', (_, given, expected) => {
    expect(owner(given)).toBe(expected);
  });

  it('of a writer alone claims no more than the writer shows', () => {
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
