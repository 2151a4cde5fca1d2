import { describe, it } from 'vitest';
import { makePace } from '../../../src/aws/http/rate.ts';

describe('makePace', () => {
  it('lets the burst of an operation through at once', async () => {
    const pace = makePace(() => 0);
    await Promise.all(Array.from({ length: 6 }, () => pace('ListAccounts')));
  });
});
