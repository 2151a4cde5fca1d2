import { expect, it } from 'vitest';
import { settingValue, valuePath } from '../../../src/core/templates/template.ts';

it.each([
  ['/', 'Dhmc', 'Dhmc'],
  ['/service-role/', 'Dhmc', 'service-role/Dhmc'],
  ['/a/b/', 'Dhmc', 'a/b/Dhmc'],
])('the setting value of a role with path %s and name %s is %s', (rolePath, roleName, value) => {
  expect(`${valuePath(rolePath)}${roleName}`).toBe(value);
  expect(
    settingValue({
      rolePath,
      roleName,
      boundary: null,
      tags: {},
      mainRegion: 'us-east-1',
      onDelete: 'retain',
    }),
  ).toBe(value);
});
