/**
 * `--wave-coverage` between the waves of a run and of its resume, `--coverage` in a real run, and the printed member
 * policy.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { FleetInstance, Role, World } from '../../src/sandbox/index.ts';
import { dhmcRole, trusts } from '../../src/sandbox/worlds/fixtures.ts';
import { fleetRegion, instanceRoles } from '../support/fleet-world.ts';
import { openConsole, runInProcess, type Console, type Ran } from '../support/in-process.ts';
import { accountId, managementAccount, simpleWorld } from '../support/simple-world.ts';

const worldOf = (
  fleets: readonly (readonly FleetInstance[])[],
  more: { readonly access?: Role } = {},
): World =>
  simpleWorld({
    accounts: fleets.map((fleet, index) => ({
      name: `a${String(index + 1)}`,
      moreRoles: [dhmcRole, ...instanceRoles, ...(more.access === undefined ? [] : [more.access])],
      fleet: { [fleetRegion]: fleet },
    })),
  });

let open: Console | null = null;
afterEach(async () => {
  await open?.stop();
  open = null;
});
const consoleOf = async (world: World): Promise<Console> => (open = await openConsole(world));

/** Runs a command, and advances the sandbox by an hour as soon as the account's setting is set. */
async function withHourAfter(
  { sandbox, run }: Console,
  account: string,
  args: readonly string[],
  answers: readonly string[] = [],
): Promise<Ran> {
  let passed = false;
  const timer = setInterval(() => {
    if (passed || (sandbox.setting(account, fleetRegion)?.value ?? null) === null) return;
    passed = true;
    sandbox.advance(3_600_000);
  }, 20);
  try {
    return await run(args, answers);
  } finally {
    clearInterval(timer);
  }
}

const flat = ({ stderr }: Ran): string => stderr.replace(/\s+/g, ' ');

describe('--wave-coverage', () => {
  it('waits after a wave, reports the registered instances, and works in resume too', async () => {
    const bench = await consoleOf(worldOf([[{ name: 'first' }], [{ name: 'second' }], [{}]]));
    const [one, two] = [accountId(1), accountId(2)];
    const began = await withHourAfter(
      bench,
      one,
      ['enable', '--org', '--exclude-account', managementAccount].concat([
        '--waves',
        '1,2,100%',
        '--wave-coverage',
        '1',
      ]),
      ['y', 'n'],
    );
    expect(flat(began)).toContain(
      'Coverage before any change: 3 of 3 running instances in scope are not managed',
    );
    expect(flat(began)).toContain(
      'Coverage: 1 of 1 instance not managed before the run has registered.',
    );
    expect(began.status).toBe(1);
    expect(flat(began)).toMatch(/Resume with: dhmc resume \S+ --wave-coverage 1/);

    const went = await withHourAfter(bench, two, ['resume', '--yes', '--wave-coverage', '1']);
    expect(flat(went)).toContain(
      'Coverage before any change: 2 of 3 running instances in scope are not managed',
    );
    expect(flat(went)).toContain(
      'Coverage: 1 of 1 instance not managed before the run has registered.',
    );
    expect(went.status).toBe(0);
  });

  it.each([
    [
      'every instance of the wave was managed',
      [{ profile: 'App' }],
      'every running instance of these accounts was managed before',
    ],
    ['the wave had no instance', [], 'these accounts had no running instance before the run'],
  ] as const)('does not wait if %s before', async (_, instances, text) => {
    const bench = await consoleOf(worldOf([[...instances], []]));
    const ran = await bench.run([
      'enable',
      '--org',
      '--waves',
      '1,100%',
      '--wave-coverage',
      '600',
      '--yes',
    ]);
    expect(flat(ran)).toContain(text);
    expect(ran.status).toBe(0);
  });

  it('is refused without waves, in a run and in its resume', async () => {
    const bench = await consoleOf(worldOf([[], []]));
    const plain = await bench.run(['enable', '--org', '--yes', '--wave-coverage', '1']);
    expect([plain.status, flat(plain)]).toEqual([64, expect.stringContaining('--waves')]);
    expect((await bench.run(['enable', '--org', '--yes'])).status).toBe(0);
    const ran = await bench.run(['resume', 'latest', '--yes', '--wave-coverage', '1']);
    expect([ran.status, flat(ran)]).toEqual([64, expect.stringContaining('--wave-coverage')]);
  });
});

describe('enable --coverage --yes', () => {
  it('reads the instances and writes the settings in the same sessions', async () => {
    const bench = await consoleOf(worldOf([[{}, { profile: 'App' }], [{ agent: null }]]));
    const ran = await bench.run(['enable', '--org', '--coverage', '--yes', '-o', 'json']);
    expect(ran.status).toBe(0);
    expect(flat(ran)).toContain(
      'Coverage before any change: 2 of 3 running instances in scope are not managed, and DHMC could manage 2 of them.',
    );
    expect(bench.sandbox.setting(accountId(2), fleetRegion)?.value).toContain(dhmcRole.name);
    expect(bench.sandbox.complaints()).toEqual([]);
  });
});

describe('dhmc policy member --coverage', () => {
  const entry = async (...options: readonly string[]): Promise<Role> => {
    const { stdout } = await runInProcess([
      'policy',
      'member',
      '--trust',
      `arn:aws:iam::${managementAccount}:user/dhmc`,
      ...options,
    ]);
    const { PolicyDocument } = JSON.parse(stdout) as { readonly PolicyDocument: never };
    return {
      name: 'DhmcEntry',
      trust: trusts({ AWS: `arn:aws:iam::${managementAccount}:root` }),
      inlinePolicies: { dhmc: PolicyDocument },
    };
  };
  const coverage = ['coverage', '--ou', 'r-test', '--exclude-account', managementAccount].concat([
    ...['--role-name', 'DhmcEntry', '-o', 'json'],
  ]);
  const fleet = [{}, { profile: 'App' }, { profile: 'App', agent: { stoppedAt: 600 } }];

  it.each([[['--coverage']], [['--coverage', '--read-only']]])(
    'with %j is enough for coverage in a member account',
    async (options) => {
      const bench = await consoleOf(worldOf([fleet], { access: await entry(...options) }));
      const ran = await bench.run(coverage);
      expect(flat(ran)).not.toContain('could not be read');
      expect(ran.status).toBe(0);
      const { instances, cells } = JSON.parse(ran.stdout) as {
        readonly instances: readonly { readonly managedBy: string }[];
        readonly cells: readonly { readonly problem: unknown }[];
      };
      expect(instances.map(({ managedBy }) => managedBy).sort()).toEqual([
        'none',
        'none',
        'profile',
      ]);
      expect(cells.map(({ problem }) => problem)).toEqual([null, null]);
      const { byOperation } = bench.sandbox.requests();
      expect(Object.keys(byOperation)).toEqual(
        expect.arrayContaining([
          'iam:GetAccountAuthorizationDetails',
          'ec2:DescribeIamInstanceProfileAssociations',
        ]),
      );
    },
  );

  it('without --coverage is not enough, and the report names the missing permission', async () => {
    const bench = await consoleOf(worldOf([fleet], { access: await entry() }));
    const ran = await bench.run(coverage);
    expect(ran.status).toBe(1);
    expect(ran.stdout).toContain('ec2:DescribeInstances');
  });
});
