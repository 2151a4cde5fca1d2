import { expect, it } from 'vitest';
import { registeredTemplate } from '../../../src/core/templates/registered.ts';
import { choices } from './choices.ts';

it.each([
  ['retain', 'Retain', 'Kept'],
  ['reset', 'Delete', 'DHMC is off then'],
] as const)(
  'with --on-delete %s the registration has the deletion policy %s',
  (onDelete, policy, words) => {
    const { body, comments } = registeredTemplate({ ...choices, onDelete });
    expect(body['Resources']).toEqual({
      Dhmc: {
        Type: 'AWS::SSM::DefaultHostManagementConfiguration',
        DeletionPolicy: policy,
        UpdateReplacePolicy: 'Retain',
        Properties: { PermissionModel: 'SERVICE_MANAGED' },
      },
    });
    expect(comments['Resources/Dhmc/DeletionPolicy']?.join(' ')).toContain(words);
  },
);
