import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  currentUser,
  objectionTo,
  refuseForeignLinks,
  requireOwnFolder,
  type User,
} from '../../src/journal/ownership.ts';

const user: User = { uid: 1000, gid: 1000 };

describe('objections to an owner and mode', () => {
  it.each([
    ['own, for the user only', 1000, 1000, 0o700, null],
    ['own, readable by all', 1000, 1000, 0o755, null],
    ["own, writable by the user's own group", 1000, 1000, 0o775, null],
    ["root's", 0, 0, 0o755, null],
    ["another user's", 1001, 1000, 0o700, /owned by another user \(uid 1001\)/],
    ['own, writable by everybody', 1000, 1000, 0o777, /written by everybody/],
    ['own, writable by everybody, with the sticky bit', 1000, 1000, 0o1777, /written by everybody/],
    ['own, writable by another group', 1000, 100, 0o770, /written by the group 100/],
    ["root's, writable by another group", 0, 4, 0o775, /written by the group 4/],
  ])('are right for %s', (_, uid, gid, mode, reason) => {
    const objection = objectionTo({ uid, gid, mode }, user);
    if (reason === null) expect(objection).toBeNull();
    else expect(objection?.reason).toMatch(reason);
  });

  it('have a fix that includes the content of a folder of dhmc', () => {
    const others = { uid: 1001, gid: 1000, mode: 0o700 };
    expect(objectionTo(others, user)?.fix).toBe('chown 1000');
    expect(objectionTo(others, user, { isFolder: true })?.fix).toBe('chown -R 1000');
  });

  it('are empty where the platform has no owners', () => {
    expect(objectionTo({ uid: 1, gid: 1, mode: 0o777 }, null)).toBeNull();
  });
});

describe('folders', () => {
  const fresh = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'dhmc-owner-')));
  const made = (folder: string, mode: number): string => {
    mkdirSync(folder);
    chmodSync(folder, mode);
    return folder;
  };
  const organization = 'o-abcdef1234';

  it('may be missing or the user’s own', async () => {
    const folder = fresh();
    await requireOwnFolder(join(folder, 'none', organization));
    await requireOwnFolder(made(join(folder, organization), 0o755));
  });

  it('may not be writable by everybody, nor in a state directory that is', async () => {
    const open = made(join(fresh(), 'state'), 0o777);
    await expect(requireOwnFolder(open)).rejects.toThrow('can be written by everybody');
    const folder = made(join(open, organization), 0o700);
    await expect(requireOwnFolder(folder)).rejects.toThrow('can be written by everybody');
    chmodSync(open, 0o700);
    chmodSync(folder, 0o707);
    await expect(requireOwnFolder(folder)).rejects.toMatchObject({
      hint: expect.stringContaining('chmod go-w') as string,
    });
  });

  it('of an organization may not be links, but the state directory may be the user’s own link', async () => {
    const folder = fresh();
    const state = made(join(folder, 'state'), 0o700);
    symlinkSync(state, join(folder, 'link'));
    await requireOwnFolder(join(folder, 'link'));
    symlinkSync(made(join(folder, 'elsewhere'), 0o700), join(state, organization));
    await expect(requireOwnFolder(join(state, organization))).rejects.toThrow('symbolic link');
  });

  it.each([
    ['may not be in a folder that everybody can write', 0o777, 'which can be written by everybody'],
    ['may be in a folder that everybody can write with the sticky bit', 0o1777, null],
    ["may be in a folder that the user's own group can write", 0o775, null],
  ])('%s', async (_, mode, reason) => {
    const above = made(join(fresh(), 'above'), mode);
    mkdirSync(join(above, 'mine/state'), { recursive: true, mode: 0o700 });
    for (const folder of ['none/state', 'mine/state', 'mine/state/none', `mine/${organization}`]) {
      const looked = requireOwnFolder(join(above, folder));
      if (reason === null) await looked;
      else await expect(looked).rejects.toThrow(`is in ${above}, ${reason}`);
    }
  });

  it('are refused behind a link in a folder that everybody can write', async () => {
    const folder = fresh();
    made(join(folder, 'state'), 0o700);
    const above = made(join(folder, 'above'), 0o777);
    symlinkSync('../state', join(above, 'link'));
    await expect(requireOwnFolder(join(above, 'link'))).rejects.toThrow(`is in ${above}`);
  });

  const me = currentUser();
  it.runIf(me?.uid === 0)(
    'are refused in a folder of another user or that another group can write',
    async () => {
      const above = made(join(fresh(), 'above'), 0o755);
      made(join(above, 'state'), 0o700);
      chownSync(above, 65534, 0);
      await expect(requireOwnFolder(join(above, 'state'))).rejects.toMatchObject({
        message: expect.stringContaining(
          `is in ${above}, which is owned by another user`,
        ) as string,
        hint: expect.stringContaining(`chown 0 '${above}'`) as string,
      });
      chownSync(above, 0, 4);
      await requireOwnFolder(join(above, 'state'));
      chmodSync(above, 0o775);
      await expect(requireOwnFolder(join(above, 'state'))).rejects.toThrow('by the group 4');
    },
  );

  it.runIf(me?.uid === 0)('are refused behind another user’s link', async () => {
    const folder = fresh();
    made(join(folder, 'state'), 0o700);
    symlinkSync(join(folder, 'state'), join(folder, 'link'));
    await refuseForeignLinks('The plan', join(folder, 'link', 'plan.json'));
    lchownSync(join(folder, 'link'), 65534, 65534);
    for (const path of ['link', 'link/plan.json', '../' + folder.split('/').at(-1) + '/link/x'])
      await expect(refuseForeignLinks('The plan', join(folder, path))).rejects.toThrow(
        'another user owns',
      );
  });
});
