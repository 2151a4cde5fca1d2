import { describe, expect, it } from 'vitest';
import { whereListed } from '../../src/render/context.ts';

const source = (command: string, stateDir = '') => ({ version: '1', scope: '', command, stateDir });
const planned = { run: null, action: 'enable', dryRun: true } as const;
const looked = { run: null, action: 'status', dryRun: false } as const;
const ran = { run: '20261122-143015-k3x9ab', action: 'enable', dryRun: false } as const;

describe('the command that lists all rows', () => {
  it.each([
    [
      'a run',
      ran,
      { source: source('dhmc enable --org --yes') },
      'problems',
      'dhmc runs show 20261122-143015-k3x9ab --only problems -o csv lists all of them',
    ],
    [
      'a run with its own state directory',
      ran,
      { source: source('dhmc enable --org', ' --state-dir /x') },
      'all',
      'dhmc runs show 20261122-143015-k3x9ab --state-dir /x -o csv lists all of them',
    ],
    [
      'a status',
      looked,
      { source: source('dhmc status --ou A') },
      'problems',
      'dhmc status --ou A --only problems -o csv lists all of them',
    ],
    [
      'a dry run',
      planned,
      { source: source('dhmc enable --org --dry-run') },
      'all',
      'dhmc enable --org --dry-run -o csv lists all of them',
    ],
    [
      'a dry run that saves its plan',
      planned,
      { source: source('dhmc enable --org --dry-run --save-plan p.json') },
      'all',
      'the command with -o csv lists all of them',
    ],
    [
      'a status with a secret',
      looked,
      { source: source('dhmc status --external-id ***') },
      'problems',
      'the command with --only problems -o csv lists all of them',
    ],
    [
      'a plan before the question',
      planned,
      { source: null, isPreview: true },
      'problems',
      '--dry-run --only problems -o csv lists all of them',
    ],
  ] as const)('is right for %s', (_, report, context, only, expected) => {
    expect(whereListed(report, context, only)).toBe(expected);
  });
});
