/** Writes docs/proof.md: every belief about AWS, from the table that `dhmc prove` and the sandbox's knobs share. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beliefs, type Belief } from '../src/core/proof/beliefs.ts';

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
    '# What dhmc believes of AWS, and how to check it on yours',
    '',
    'The tests of this project run against a simulated organization. `dhmc prove` checks on your own',
    'AWS, in two minutes and on one cell, that AWS answers as the simulation does:',
    '',
    '```sh',
    'dhmc prove --account "Shop Dev" --region eu-north-1 --yes --report-file proof.json',
    '```',
    '',
    '* It needs a cell at AWS’s default in an account that it may enter, and refuses any other (exit 64).',
    '* It makes one role of its own, `dhmc-proof/DhmcProof-…`, with no policy attached, and sets the',
    '  setting of the cell to that role a few times. A DHMC role that exists is never touched.',
    '* At the end it resets the setting, deletes the role, and reads both back. Ctrl-C stops in order and',
    '  puts both back too; what a killed proof left, `dhmc disable rollback RUN` puts back.',
    '* Exit 0: nothing differs. 2: something differs. 1: it could not be tried, or not be put back.',
    '* `--anonymous` leaves account and organization ids, ARNs and names out, so that you can post the',
    '  report in an issue.',
    '',
    'To see what a difference means for your rollout, let the sandbox behave as your AWS did:',
    '',
    '```sh',
    'dhmc sandbox --like proof.json -- dhmc enable --ou Workloads/Prod --dry-run',
    '```',
    '',
    '## The beliefs',
    '',
    '*documented*: AWS says so. *reported*: somebody published AWS’s answer. *assumed*: nobody has shown',
    'it, and dhmc works either way. *Knob* is the member of the sandbox’s `behavior` that turns the belief',
    'away. Nothing in this table has been observed on real AWS by this project: send us your proof.',
    '',
    '| fact | what dhmc believes | evidence | `dhmc prove` | knob |',
    '| --- | --- | --- | --- | --- |',
    ...beliefs.map(row),
    '',
    'A fact that is *measured* has no expected answer; its value is in `timings` and `observed`.',
    '',
    '## The project’s own tests on a proof',
    '',
    '`DHMC_LIKE=proof.json npm test` runs every test that starts a sandbox with the knobs of the proof.',
    'Tests that set a knob themselves keep theirs.',
    '`npm run test:aws -- --account ID --region CODE` runs the tests of the sandbox’s promises that need',
    'one cell and leave nothing behind against the endpoint that the environment names, and skips the rest',
    'by name.',
    '',
  ].join('\n');

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(proofPagePath, proofPage());
}
