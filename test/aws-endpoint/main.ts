/**
 * `npm run test:aws -- --account ID --region CODE [--role-name NAME]`: runs those promises of the sandbox that one
 * cell can prove, against the endpoint in the environment (by default AWS itself). Prints what it skips, and why.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { AccountClient } from '@aws-sdk/client-account';
import { IAMClient } from '@aws-sdk/client-iam';
import { SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { promises, type Cell } from './promises.ts';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const { values } = parseArgs({
  options: {
    account: { type: 'string' },
    region: { type: 'string' },
    'role-name': { type: 'string', default: 'OrganizationAccountAccessRole' },
    /** Parts of the names of promises to skip, for operations that an emulator lacks. */
    skip: { type: 'string', multiple: true, default: [] },
  },
});
const { account, region } = values;
if (account === undefined || region === undefined || !/^\d{12}$/.test(account)) {
  console.error('Usage: npm run test:aws -- --account ID --region CODE [--role-name NAME]');
  process.exit(64);
}

async function openCell(id: string, at: string): Promise<Cell> {
  const home = { region: process.env['AWS_REGION'] ?? 'us-east-1' };
  const sts = new STSClient(home);
  const caller = await sts.send(new GetCallerIdentityCommand({}));
  const partition = caller.Arn?.split(':')[1] ?? 'aws';
  let own = {};
  if (caller.Account !== id) {
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: `arn:${partition}:iam::${id}:role/${values['role-name']}`,
        RoleSessionName: 'dhmc-test',
      }),
    );
    own = {
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      },
    };
  }
  return {
    account: id,
    region: at,
    partition,
    iam: new IAMClient({ ...home, ...own }),
    ssm: new SSMClient({ region: at, ...own }),
    listRegions: new AccountClient({ ...home, ...own }),
  };
}

/** The titles of the sandbox's other tests; they set its world or its knobs, which AWS does not allow. */
function otherTests(): readonly string[] {
  const root = join(import.meta.dirname, '../sandbox');
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .flatMap((file) =>
      [
        ...readFileSync(join(root, file), 'utf8').matchAll(
          /^\s*it(?:\.each\(.*\))?\(\s*'([^']+)'/gm,
        ),
      ].map(([, title = '']) => `${relative(root, join(root, file))}: ${title}`),
    );
}

const cell = await openCell(account, region);
let failed = 0;
let skipped = 0;
for (const { name, run } of promises) {
  if (values.skip.some((part) => name.includes(part))) {
    skipped += 1;
    console.log(`skip  ${name} (asked for)`);
    continue;
  }
  try {
    await run(cell);
    console.log(`ok    ${name}`);
  } catch (error) {
    failed += 1;
    console.log(
      `FAIL  ${name}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
    );
  }
}
const others = otherTests();
for (const title of others) console.log(`skip  ${title} (sets the sandbox's world or knobs)`);
console.log(
  `${String(promises.length - failed - skipped)} passed, ${String(failed)} failed, ${String(others.length + skipped)} skipped`,
);
process.exitCode = failed === 0 ? 0 : 1;
