import { describe, expect, it } from 'vitest';
import { parseRoleName } from '../../src/core/iam/role-names.ts';
import { known, unknown } from '../../src/core/model/model.ts';
import type { AccountAccess } from '../../src/run/cloud.ts';
import { privilegeNow } from '../../src/run/privilege-check.ts';
import { problem } from '../support/memory-cloud.ts';
import { settingsOf } from '../support/run-engine.ts';

const subject = {
  partition: 'aws',
  account: '111111111111',
  role: parseRoleName('Own'),
} as Parameters<typeof privilegeNow>[1];
const administrator = '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
const harmless = '{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}';

const check = (
  { grants, text }: { grants: Awaited<ReturnType<AccountAccess['grants']>>; text?: string },
  over = {},
) => {
  const asked: (readonly string[])[] = [];
  const access = {
    grants: () => Promise.resolve(grants),
    policies: (_name: string, attached: readonly string[]) => {
      asked.push(attached);
      return Promise.resolve(
        text === undefined
          ? unknown(problem('denied'))
          : known([{ name: 'inline:P', text: known(text) }]),
      );
    },
  } as unknown as AccountAccess;
  return privilegeNow(access, subject, settingsOf(over)).then((found) => ({ found, asked }));
};

describe("the last check of a role's rights", () => {
  it('accepts a role with harmless rights', async () => {
    expect((await check({ grants: known([]), text: harmless })).found).toBe(null);
  });

  it('rejects a role with all rights', async () => {
    const { found } = await check({ grants: known([]), text: administrator });
    expect(found?.message).toContain('arn:aws:iam::111111111111:role/Own');
  });

  it('rejects a role whose policies or grants cannot be read', async () => {
    expect((await check({ grants: known([]) })).found).not.toBe(null);
    expect((await check({ grants: unknown(problem('denied')) })).found).not.toBe(null);
  });

  it('reads nothing if IAM does not show the role yet, or if privileged roles are allowed', async () => {
    expect(await check({ grants: known(null) })).toEqual({ found: null, asked: [] });
    const allowed = await check(
      { grants: known([]), text: administrator },
      { allowPrivilegedRole: true },
    );
    expect(allowed).toEqual({ found: null, asked: [] });
  });

  it("reads all policies except AWS's own for DHMC", async () => {
    const own = 'arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy';
    const { asked } = await check({ grants: known([own, 'arn:other']), text: harmless });
    expect(asked).toEqual([['arn:other']]);
  });
});
