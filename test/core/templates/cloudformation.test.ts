import { expect, it } from 'vitest';
import { needsNamedIam, stackSetTemplate } from '../../../src/core/templates/cloudformation.ts';
import { stackSets } from '../../../src/core/templates/template.ts';
import { choices } from './choices.ts';

/** Whether the template has a role with a fixed name. */
const namesRole = (body: object): boolean => JSON.stringify(body).includes('"RoleName"');

it.each(stackSets)('the set %s needs CAPABILITY_NAMED_IAM if it creates a named role', (set) => {
  expect(needsNamedIam(set)).toBe(namesRole(stackSetTemplate(set, choices).body));
});

it.each(stackSets)('every comment of the set %s belongs to an existing member', (set) => {
  const { body, comments } = stackSetTemplate(set, choices);
  for (const path of Object.keys(comments)) {
    let at: unknown = body;
    for (const part of path === '' ? [] : path.split('/'))
      at = (at as Readonly<Record<string, unknown>>)[part];
    expect(at, path).toBeDefined();
  }
});
