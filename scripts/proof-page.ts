/**
 * Writes docs/proof.md: everything that dhmc expects of AWS, from the table that `dhmc prove` and the sandbox's knobs
 * share.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Belief } from '../src/core/proof/belief.ts';
import { beliefs } from '../src/core/proof/beliefs.ts';

export const proofPagePath = join(import.meta.dirname, '../docs/proof.md');

const linked = (text: string): string =>
  text.replace(/https:\/\/\S+/g, (url) => `[${new URL(url).hostname}](${url})`);

const row = ({ id, belief, evidence, source, knob, expected, judge }: Belief): string =>
  `| ${[
    `\`${id}\``,
    belief,
    `${evidence}: ${linked(source)}`,
    judge === null
      ? 'not tried: it would leave the cell'
      : expected === null
        ? 'measured'
        : 'checked',
    knob === null ? '' : `\`${knob}\``,
  ].join(' | ')} |`;

export const proofPage = (): string =>
  [
    '# What dhmc expects of AWS, and how to check it on yours',
    '',
    'The tests of this project run against a simulated organization. `dhmc prove` checks on one cell of',
    'your own AWS, in about two minutes, that AWS answers like the simulation:',
    '',
    '```sh',
    'dhmc prove --account "Shop Dev" --region eu-north-1 --yes --report-file proof.json',
    '```',
    '',
    "* The cell must be at AWS's default, in an account that dhmc can enter. Any other is refused (exit 64).",
    '* It creates one role of its own, `dhmc-proof/DhmcProof-…`, with no policy attached, and sets the',
    '  setting of the cell to that role a few times. It never touches an existing DHMC role.',
    '* At the end it resets the setting, deletes the role, and reads both back. Ctrl-C stops gracefully',
    '  and restores both too. After a kill, `dhmc disable rollback RUN` restores them.',
    '* `--dry-run` reports the cell, the role, the steps (`plan`) and the facts that it would check, and',
    '  changes nothing. The report is the same `dhmc.proof/v1`, with `dryRun` true and nothing observed.',
    '* Exit 0: nothing differs. 2: something differs. 1: the proof could not run, or could not restore',
    '  the cell.',
    '* `--anonymous` leaves account and organization ids, ARNs and names out, so that you can post the',
    '  report in an issue.',
    '',
    'To see what a difference means for your rollout, let the sandbox answer as your AWS does:',
    '',
    '```sh',
    'dhmc sandbox --like proof.json -- dhmc enable --ou Workloads/Prod --dry-run',
    '```',
    '',
    '## What dhmc expects',
    '',
    "*documented*: AWS says so. *reported*: someone published AWS's answer. *assumed*: no one has shown",
    "it, and dhmc works either way. *Knob*: the member of the sandbox's `behavior` that changes its",
    'answer. This project has observed nothing in this table on real AWS: send us your proof.',
    '',
    '| fact | what dhmc expects | evidence | `dhmc prove` | knob |',
    '| --- | --- | --- | --- | --- |',
    ...beliefs.map(row),
    '',
    'A fact that is *measured* has no expected answer; its value is in `timings` and `observed`.',
    '',
    "## Run the project's own tests on a proof",
    '',
    '`DHMC_LIKE=proof.json npm test` runs every test that starts a sandbox with the knobs of the proof.',
    'Tests that set a knob themselves keep theirs.',
    "`npm run test:aws -- --account ID --region CODE` runs the sandbox's tests that need one cell and",
    'leave nothing behind, against the endpoint that the environment names. It lists the tests it skips.',
    '',
  ].join('\n');

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(proofPagePath, proofPage());
}
