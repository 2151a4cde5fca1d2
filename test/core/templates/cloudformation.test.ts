import { expect, it } from 'vitest';
import { needsNamedIam, stackSetTemplate } from '../../../src/core/templates/cloudformation.ts';
import { stackSets } from '../../../src/core/templates/template.ts';
import { choices } from './choices.ts';

/** Whether a resource of the template is a role of a fixed name. */
const namesRole = (body: object): boolean => JSON.stringify(body).includes('"RoleName"');

it.each(stackSets)('asks for CAPABILITY_NAMED_IAM where the set %s makes a named role', (set) => {
  expect(needsNamedIam(set)).toBe(namesRole(stackSetTemplate(set, choices).body));
});

it.each(stackSets)('comments on nothing that the set %s does not have', (set) => {
  const { body, comments } = stackSetTemplate(set, choices);
  for (const path of Object.keys(comments)) {
    let at: unknown = body;
    for (const part of path === '' ? [] : path.split('/'))
      at = (at as Readonly<Record<string, unknown>>)[part];
    expect(at, path).toBeDefined();
  }
});
