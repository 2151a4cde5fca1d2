/** Records events until the journal refuses five, and prints the number of accepted events and the error codes. */
import { createJournal, JournalError, organizationFolder } from '../../src/journal/index.ts';

const run = '20261122-100000-filled';
const journal = createJournal({
  folder: organizationFolder(process.argv[2] ?? '', 'o-exampleorg1'),
  run,
});
let accepted = 0;
const codes: string[] = [];

async function record(event: Parameters<typeof journal.record>[0]): Promise<void> {
  try {
    await journal.record(event);
    accepted += 1;
  } catch (error) {
    codes.push(error instanceof JournalError ? error.code : String(error));
  }
}

await record({
  type: 'run-started',
  run,
  action: 'enable',
  version: '0',
  startedAt: '2026-11-22T10:00:00.000Z',
  caller: { account: '111111111111', arn: '' },
  organization: { id: 'o-exampleorg1', managementAccount: '111111111111' },
  partition: 'aws',
  command: '',
  rollsBack: null,
  scope: {
    accounts: { org: true, ous: [], accounts: [], tags: [], excludeOus: [], excludeAccounts: [] },
    regions: { regions: null, excludeRegions: [] },
    source: 'command line',
  },
  settings: {
    dhmcRole: 'Ours',
    roleNames: [],
    overwrite: [],
    allowPrivilegedRole: false,
    deleteRole: false,
    assumeUnused: [],
    permissionsBoundary: null,
    roleTags: {},
    concurrency: 1,
    homeRegion: null,
    failureTolerance: null,
    waves: null,
    needsExternalId: false,
  },
});
await record({ type: 'run-confirmed', at: '2026-11-22T10:00:01.000Z', by: 'yes' });
while (codes.length < 5 && accepted < 10_000)
  await record({
    type: 'run-stopped',
    at: '2026-11-22T10:00:02.000Z',
    reason: 'interrupted',
    message: 'x'.repeat(100),
  });
await journal.close();
console.log(JSON.stringify({ accepted, codes }));
