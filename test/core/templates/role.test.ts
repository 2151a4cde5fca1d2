import { describe, expect, it } from 'vitest';
import { dhmcRole, roleTags, roleTemplate } from '../../../src/core/templates/role.ts';
import { choices } from './choices.ts';

const sub = (text: string): object => ({ 'Fn::Sub': text });

describe('the role of a template', () => {
  it.each([
    ['Boundary', sub('arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/Boundary')],
    ['/ops/Boundary', sub('arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/ops/Boundary')],
    [
      'arn:aws-cn:iam::aws:policy/PowerUserAccess',
      sub('arn:${AWS::Partition}:iam::aws:policy/PowerUserAccess'),
    ],
    ['arn:aws:iam::111111111111:policy/Own', 'arn:aws:iam::111111111111:policy/Own'],
  ])('has the boundary %s in the partition of its stack', (boundary, arn) => {
    expect(dhmcRole({ ...choices, boundary })).toMatchObject({
      Properties: { PermissionsBoundary: arn },
    });
  });

  it('has no boundary where none is chosen', () => {
    expect(dhmcRole(choices)['Properties']).not.toHaveProperty('PermissionsBoundary');
  });

  it('has the tag of its manager, whatever tags are chosen', () => {
    const tags = { 'dhmc:managed-by': 'someone', team: 'ops' };
    expect(Object.entries(roleTags({ ...choices, tags }))).toEqual([
      ['team', 'ops'],
      ['dhmc:managed-by', 'stackset'],
    ]);
  });

  it.each([
    ['retain', 'RetainExceptOnCreate', 'Kept when the stack is deleted'],
    ['reset', 'Delete', 'Deleted with the stack'],
  ] as const)(
    'with --on-delete %s has the deletion policy %s and a comment on it',
    (onDelete, policy, words) => {
      const { body, comments } = roleTemplate({ ...choices, onDelete });
      expect(body).toMatchObject({ Resources: { DhmcRole: { DeletionPolicy: policy } } });
      expect(comments['Resources/DhmcRole/DeletionPolicy']?.join(' ')).toContain(words);
    },
  );
});
