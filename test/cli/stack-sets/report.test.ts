import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openStackSetOutputs, writeStackSets } from '../../../src/cli/stack-sets/report.ts';
import { summaryOfInstances, type StackSetReport } from '../../../src/core/stack-sets/report.ts';
import { memoryMessages, memoryTerminal } from '../../support/memory-terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'dhmc-stackset-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

const report: StackSetReport = {
  schema: 'dhmc.stackset/v1',
  action: 'status',
  dryRun: false,
  run: null,
  startedAt: '2026-11-22T10:15:00.000Z',
  finishedAt: '2026-11-22T10:15:01.000Z',
  caller: { account: '1', arn: 'arn' },
  organization: { id: 'o-1', managementAccount: '1' },
  partition: 'aws',
  stopped: null,
  summary: { ...summaryOfInstances([]), calls: 1, throttled: 0 },
  accounts: [],
  sets: [],
  operations: [],
  instances: [],
  notCovered: [],
};

describe('the outputs of a report of stack sets', () => {
  it('have the chosen format, and the format of each file', async () => {
    expect(await openStackSetOutputs({ output: undefined, 'report-file': undefined })).toEqual({
      format: 'table',
      files: [],
    });
    expect(await openStackSetOutputs({ output: 'csv', 'report-file': [at('a.md')] })).toEqual({
      format: 'csv',
      files: [{ path: at('a.md'), format: 'markdown' }],
    });
  });

  it.each([
    ['html', [], 'stack sets have no format html'],
    ['junit', [], 'stack sets have no format junit'],
    ['json', ['a.html'], 'has no ending of a format that stack sets have'],
    ['json', ['report'], 'has no ending of a format that stack sets have'],
    ['json', ['no/where/a.json'], 'is in a directory that does not exist'],
  ] as const)('are refused with %s and %j', async (output, files, message) => {
    await expect(openStackSetOutputs({ output, 'report-file': files })).rejects.toThrow(message);
  });
});

describe('a report of stack sets', () => {
  it('goes to standard output and to the files that can be written', async () => {
    const terminal = memoryTerminal();
    const messages = memoryMessages();
    const outputs = {
      format: 'json',
      files: [
        { path: at('gone/a.json'), format: 'json' },
        { path: at('b.json'), format: 'json' },
      ],
    } as const;
    expect(await writeStackSets(report, { outputs, terminal, messages })).toBe(false);
    expect(JSON.parse(terminal.out.join(''))).toEqual(report);
    expect(JSON.parse(readFileSync(at('b.json'), 'utf8'))).toEqual(report);
    expect(messages.warned).toEqual([expect.stringContaining(at('gone/a.json'))]);
  });
});
