import { expect, it } from 'vitest';
import { roleValuePattern, settingTemplate } from '../../../src/core/templates/setting.ts';
import { choices } from './choices.ts';

it.each([
  ['retain', 'Retain', 'Kept when the stack is deleted'],
  ['reset', 'Delete', "Reset to AWS's default when the stack is deleted"],
] as const)(
  'with --on-delete %s the setting has the deletion policy %s and a comment on it',
  (onDelete, policy, words) => {
    const { body, comments } = settingTemplate({ ...choices, onDelete });
    expect(body).toMatchObject({
      Parameters: { Role: { Default: 'service-role/Dhmc' } },
      Resources: { DhmcSetting: { DeletionPolicy: policy, UpdateReplacePolicy: 'Retain' } },
    });
    expect(comments['Resources/DhmcSetting/DeletionPolicy']?.join(' ')).toContain(words);
  },
);

it.each([
  ['service-role/Dhmc', true],
  ['Dhmc', true],
  ['', false],
  ['arn:aws:iam::111111111111:role/Dhmc', false],
  ['Dhmc Role', false],
])('the parameter for the role accepts %j: %s', (text, taken) => {
  expect(new RegExp(`^(?:${roleValuePattern})$`).test(text)).toBe(taken);
});
