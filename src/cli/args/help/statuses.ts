/** The exit statuses of every command with their meanings, for help and the manual page. */
import type { CommandSpec } from '../command.ts';

export type Status = readonly [status: number, meaning: string];

const usage: Status = [64, 'wrong option, value, file or selection; nothing was changed'];
const interrupted: Status = [130, 'interrupted; nothing was changed'];

const ofWriters = (takesCheck: boolean): readonly Status[] => [
  [
    0,
    'everything in scope is in the desired state, or with --dry-run could be planned without a conflict',
  ],
  [
    1,
    'something failed, is blocked, in conflict, unknown or not attempted, or you declined the prompt',
  ],
  ...(takesCheck
    ? [
        [
          2,
          'with --dry-run --check: something differs from the desired state, or is in conflict',
        ] as const,
      ]
    : []),
  usage,
  [130, 'interrupted; the journal is complete and dhmc resume continues'],
];

const ofReaders: readonly Status[] = [
  [0, 'everything could be read'],
  [1, 'something could not be read'],
  [2, 'with --check: everything could be read, but something differs from the desired state'],
  usage,
  interrupted,
];

const ofStackSets = (done: string): readonly Status[] => [
  [0, `${done}; or with --dry-run could be planned`],
  [1, 'something failed, is blocked or not attempted, or you declined the prompt'],
  usage,
  [130, 'interrupted; the journal is complete; to continue, run the same command again'],
];

/** For commands that do nothing without a subcommand. */
const ofParents: readonly Status[] = [[64, 'no subcommand given; nothing was changed']];

/** By the full name of a command. */
const ofOne: Readonly<Record<string, readonly Status[]>> = {
  template: ofParents,
  stackset: ofParents,
  'stackset deploy': ofStackSets('the stack sets are deployed'),
  'stackset remove': ofStackSets('the stack sets are removed'),
  prove: [
    [0, 'nothing differs, and the cell is as before'],
    [1, 'the proof could not run, the cell could not be restored, or you declined the prompt'],
    [2, 'AWS differs from what dhmc expects; the cell is as before'],
    usage,
    [130, 'interrupted; the cell is as before, or a message says how to restore it'],
  ],
};

/** By the first word of a command, for its subcommands too. */
const ofFamilies: Readonly<Record<string, readonly Status[]>> = {
  coverage: [
    [0, 'everything could be read'],
    [1, 'something could not be read'],
    [2, 'with --check: everything could be read, but a running instance is unmanaged or unknown'],
    usage,
    interrupted,
  ],
  advise: [
    [0, 'everything could be read'],
    [1, 'something could not be read'],
    [2, 'with --check: everything could be read, and a role is safe'],
    usage,
    interrupted,
  ],
  doctor: [
    [0, 'nothing was found'],
    [1, 'an error: something would fail or be blocked'],
    [2, 'there are warnings only'],
    usage,
    interrupted,
  ],
  runs: [[0, 'all journals could be read'], [1, 'a journal is damaged or cannot be read'], usage],
  sandbox: [[0, 'the sandbox was stopped; with a command: the exit status of that command'], usage],
};

/** Commands that can change something in AWS ask first, so they take --yes. */
export function statusesOf(
  name: string,
  { options }: Pick<CommandSpec, 'options'>,
): readonly Status[] {
  const [first = ''] = name.split(' ');
  const own = ofOne[name] ?? ofFamilies[first];
  if (own !== undefined) return own;
  if (options.includes('yes')) return ofWriters(options.includes('check'));
  if (options.includes('check') && first !== 'config') return ofReaders;
  return [[0, 'it is printed'], [1, 'it could not be written, or AWS refused a call'], usage];
}

export const allStatuses: readonly Status[] = [
  [0, 'everything in scope is in the desired state, or could be read and planned'],
  [1, 'something failed, is blocked, in conflict, unknown or not attempted'],
  [2, 'with --check: something differs from the desired state'],
  usage,
  [70, 'a bug in dhmc'],
  [130, 'interrupted; the journal is complete and dhmc resume continues'],
];
