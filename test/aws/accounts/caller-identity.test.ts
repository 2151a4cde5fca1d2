/** How often the source of the caller's credentials is asked. */
import { describe, expect, it } from 'vitest';
import { callerIdentity } from '../../../src/aws/accounts/sessions.ts';

const minutes = 60_000;

/** A source that gives credentials of so many minutes, new ones each time or the same again. */
const sourceOf = (lasting: number, renews: boolean) => {
  const state = { time: 0, asked: 0 };
  const provide = () => {
    state.asked += 1;
    const accessKeyId = renews ? `A${String(state.asked)}` : 'A';
    const expiration = new Date(renews ? state.time + lasting * minutes : lasting * minutes);
    return Promise.resolve({ accessKeyId, secretAccessKey: 'S', expiration });
  };
  return { state, identity: callerIdentity(provide, () => state.time) };
};

describe('a source is asked', () => {
  it('once for many calls, though its credentials end soon', async () => {
    const { state, identity } = sourceOf(4, false);
    for (let call = 0; call < 60; call += 1) await identity.credentials();
    expect(state.asked).toBe(1);
    state.time = 1.5 * minutes;
    for (let call = 0; call < 60; call += 1) await identity.credentials();
    expect(state.asked).toBe(2);
  });

  it('again when its credentials are about to end', async () => {
    const { state, identity } = sourceOf(60, true);
    await identity.credentials();
    state.time = 56 * minutes;
    expect(await identity.credentials()).toMatchObject({ accessKeyId: 'A2' });
    expect(state.asked).toBe(2);
  });

  it('once when AWS refuses its credentials for many calls', async () => {
    const { state, identity } = sourceOf(60, false);
    const expired = await identity.credentials();
    for (let call = 0; call < 20; call += 1) expect(await identity.renew(expired)).toBe(false);
    expect(state.asked).toBe(2);
  });

  it('at once when credentials that it has just given are refused', async () => {
    const { state, identity } = sourceOf(60, true);
    const expired = await identity.credentials();
    expect(await identity.renew(expired)).toBe(true);
    expect(await identity.renew(expired)).toBe(true);
    expect(state.asked).toBe(2);
  });
});
