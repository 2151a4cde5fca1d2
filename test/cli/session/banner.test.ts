import { describe, expect, it } from 'vitest';
import { scopeOf } from '../../../src/cli/args/scope.ts';
import { bannerLines } from '../../../src/cli/session/banner.ts';
import type { Cloud } from '../../../src/run/cloud.ts';
import { readCommandLine } from '../../support/command-line.ts';
import { memoryCloud } from '../../support/memory-cloud.ts';

const { cloud } = memoryCloud([]);

const banner = (
  line: string,
  over: Partial<Cloud> = {},
  {
    environment = {},
    columns = 200,
  }: { environment?: Record<string, string>; columns?: number } = {},
): string => {
  const { options } = readCommandLine(line, environment);
  const scope = scopeOf(options, 'organization');
  return bannerLines({ ...cloud, ...over }, { scope, runId: '1', about: null }, options, columns);
};

describe('the banner of a command', () => {
  it('names the caller, the organization, the scope and the session', () => {
    expect(banner('status --org').split('\n')).toEqual([
      'Caller:       arn:aws:sts::000000000001:assumed-role/Admin/me',
      'Organization: o-memory, management account 000000000001, partition aws',
      'Scope:        the whole organization (from the command line); every region that the account has enabled',
      'Session:      dhmc-1',
    ]);
  });

  it('names the account where the ARN does not', () => {
    expect(banner('status', { caller: { account: '1', arn: 'AIDAEXAMPLE' } })).toContain(
      'Caller:       AIDAEXAMPLE (account 1)',
    );
  });

  it("names the endpoint if it is not AWS's", () => {
    expect(banner('status', { endpoint: 'http://127.0.0.1:1' })).toContain(
      "Endpoint:     http://127.0.0.1:1 (not AWS's own)",
    );
    expect(banner('status')).not.toContain('Endpoint');
  });

  it('names unused variables, and a variable that makes it a dry run', () => {
    const lines = banner(
      'enable --ou A',
      {},
      { environment: { DHMC_ORG: '1', DHMC_DRY_RUN: '1' } },
    );
    expect(lines).toContain('Not used:     DHMC_ORG');
    expect(lines).toContain('Dry run:      set by DHMC_DRY_RUN; DHMC_DRY_RUN=0 turns it off');
    expect(banner('enable --org --dry-run')).not.toContain('Dry run:');
  });

  it('escapes untrusted names, and wraps at the width of the terminal', () => {
    const lines = banner(`status --ou ${'Unit/'.repeat(20)}\u0007`, {}, { columns: 60 }).split(
      '\n',
    );
    expect(lines.join('')).toContain('\\u{7}');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
    expect(lines.filter((line) => line.startsWith(' '.repeat(14))).length).toBeGreaterThan(0);
  });
});
