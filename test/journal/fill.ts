/** Records until the journal refuses, then a little more, and prints how it went. */
import { createJournal, JournalError, organizationFolder } from '../../src/journal/index.ts';

const run = '20261122-100000-filled';
const journal = createJournal({
  folder: organizationFolder(process.argv[2] ?? '', 'o-exampleorg1'),
  run,
});
const target = { kind: 'setting', account: '222222222222', region: 'eu-west-1' } as const;
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
  startedAt: '',
  caller: { account: '', arn: '' },
  organization: { id: 'o-exampleorg1', managementAccount: '' },
  partition: 'aws',
  command: '',
  rollsBack: null,
  scope: {
    accounts: { org: true, ous: [], accounts: [], tags: [], excludeOus: [], excludeAccounts: [] },
    regions: { regions: null, excludeRegions: [] },
    source: 'command line',
  },
  settings: {
    dhmcRole: '',
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
await record({ type: 'run-confirmed', at: '', by: 'yes' });
while (codes.length < 5 && accepted < 10_000)
  await record({ type: 'change-begun', target, at: '', from: null, to: 'x'.repeat(100) });
await journal.close();
console.log(JSON.stringify({ accepted, codes }));
