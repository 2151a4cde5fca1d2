import { expect, it } from 'vitest';
import { commands } from '../../../src/cli/commands/index.ts';
import { followUpCommand } from '../../../src/cli/args/command-line.ts';
import { parseCommandLine } from '../../../src/cli/args/parse.ts';

it.each([
  ['enable --org --yes', 'dhmc resume 1'],
  [
    'enable --org --state-dir /srv/runs --concurrency 3 --profile org',
    'dhmc resume 1 --state-dir /srv/runs --profile org',
  ],
  [
    'enable --org --external-id hush --session-tag a=b --session-tag c=d',
    'dhmc resume 1 --external-id *** --session-tag a=b --session-tag c=d',
  ],
  [
    'disable --org --no-session-policy --state-dir a;rm',
    "dhmc resume 1 --state-dir 'a;rm' --no-session-policy",
  ],
])('after dhmc %s, %s goes on', (line, expected) => {
  const parsed = parseCommandLine(commands, line.split(' '), 80);
  if ('print' in parsed) throw new Error(parsed.print);
  expect(followUpCommand(['resume', '1'], parsed.given)).toBe(expected);
});
