import { describe, expect, it } from 'vitest';
import { contentsOf, templateOf } from '../../../src/cli/stack-sets/contents.ts';
import { kindOfSet } from '../../../src/core/stack-sets/stack-sets.ts';
import type { OnDelete } from '../../../src/core/templates/template.ts';
import { settingsOf } from '../../support/run-engine.ts';

const template = (of: 'role' | 'setting', over = {}, onDelete: OnDelete = 'retain') =>
  templateOf(of, settingsOf(over), { partition: 'aws', onDelete });

describe('the contents of a stack set', () => {
  it.each([
    ['role', true],
    ['setting', false],
  ] as const)(
    "have dhmc's tags for the %s set, and named IAM resources: %s",
    (of, needsNamedIam) => {
      const contents = contentsOf(settingsOf(), 'aws')(of);
      expect(kindOfSet(contents)).toBe(of);
      expect(contents.needsNamedIam).toBe(needsNamedIam);
      expect(JSON.parse(contents.template)).toHaveProperty('Resources');
    },
  );

  it('have the role, its path, boundary and tags from the settings', () => {
    const text = template('role', {
      dhmcRole: 'team/Own',
      permissionsBoundary: 'arn:aws:iam::aws:policy/Bound',
      roleTags: { owner: 'platform' },
    });
    for (const part of ['"/team/"', '"Own"', 'iam::aws:policy/Bound', '"platform"'])
      expect(text).toContain(part);
  });

  it.each([
    ['role', 'retain', 'RetainExceptOnCreate'],
    ['setting', 'retain', 'Retain'],
    ['role', 'reset', 'Delete'],
    ['setting', 'reset', 'Delete'],
  ] as const)(
    'have for the %s with --on-delete %s the DeletionPolicy %s',
    (of, onDelete, policy) => {
      expect(template(of, {}, onDelete)).toContain(`"DeletionPolicy": "${policy}"`);
    },
  );
});
