import { expect, it } from 'vitest';
import { tagsOf } from '../../../src/sandbox/fleet/tags.ts';
import type { Instance } from '../../../src/sandbox/fleet/instances.ts';

const instance = (name: string | undefined, tags: Readonly<Record<string, string>>) =>
  ({ name, spec: { tags } }) as unknown as Instance;

it.each([
  ['web', { b: '1', a: '2' }, ['Name=web', 'b=1', 'a=2']],
  [undefined, { a: '2' }, ['a=2']],
  ['web', {}, ['Name=web']],
])('gives the tags of an instance named %s with tags %j', (name, tags, all) => {
  expect(Object.entries(tagsOf(instance(name, tags))).map((pair) => pair.join('='))).toEqual(all);
});
