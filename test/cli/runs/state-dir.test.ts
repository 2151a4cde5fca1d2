import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { resolveRunFolder, resolveStateDir } from '../../../src/cli/runs/state-dir.ts';
import { defaultStateDir } from '../../../src/journal/index.ts';

it('the state directory is the named one, relative to the working directory, or else the default', async () => {
  expect(await resolveStateDir({ 'state-dir': 'runs' })).toBe(resolve('runs'));
  expect(await resolveStateDir({ 'state-dir': '/srv/runs' })).toBe('/srv/runs');
  expect(await resolveStateDir({ 'state-dir': undefined })).toBe(defaultStateDir());
});

it('the state directory has a folder for each organization', async () => {
  const organization = { id: 'o-aaaaaaaaaa', managementAccount: '1' };
  expect(await resolveRunFolder({ 'state-dir': '/srv' }, organization)).toBe(
    join('/srv', 'o-aaaaaaaaaa'),
  );
});
