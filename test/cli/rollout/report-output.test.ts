import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  describeReportFiles,
  openOutputs,
  requireWritable,
  writeReport,
} from '../../../src/cli/rollout/report-output.ts';
import { StreamError } from '../../../src/cli/terminal/streams.ts';
import { readCommandLine } from '../../support/command-line.ts';
import { memoryMessages, memoryTerminal } from '../../support/memory-terminal.ts';
import { buildReport } from '../../support/reports.ts';

const folder = mkdtempSync(join(tmpdir(), 'dhmc-report-output-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const outputs = (line: string) => openOutputs(readCommandLine(`status ${line}`).options.values);
const report = buildReport({ accounts: 3, regions: ['eu-west-1'], action: 'status' });

describe('the outputs of a report', () => {
  it('are only a table by default', async () => {
    expect(await outputs('')).toMatchObject({ format: 'table', files: [], only: 'all' });
  });

  it.each([
    ['-o ndjson', 'ndjson is for dhmc coverage and dhmc advise alone'],
    ['--report-file report', 'does not end in a known format'],
    ['--report-file a.ndjson', 'does not end in a known format'],
    ['--report-file .json/a.json', 'is in a directory that does not exist'],
  ])('are refused with %s', async (line, message) => {
    await expect(outputs(line)).rejects.toThrow(message);
  });

  it.runIf(process.getuid?.() !== 0)('are refused where they cannot be written', async () => {
    writeFileSync(at('locked.json'), '');
    chmodSync(at('locked.json'), 0o400);
    await expect(requireWritable(at('locked.json'))).rejects.toThrow('cannot be written');
  });

  it('are refused where they are a directory', async () => {
    await expect(requireWritable(folder)).rejects.toThrow('is a directory');
  });
});

describe('writing a report', () => {
  const messages = memoryMessages();
  const base = { report, messages, source: null };

  it('fills standard output and files, each in its format', async () => {
    const terminal = memoryTerminal();
    const asked = await outputs(`-o csv --report-file ${at('a.json')} --report-file ${at('a.md')}`);
    expect(await writeReport({ ...base, outputs: asked, terminal })).toBe(true);
    expect(terminal.out.join('')).toContain('111111111111');
    expect(JSON.parse(readFileSync(at('a.json'), 'utf8'))).toMatchObject({
      schema: 'dhmc.report/v1',
    });
    expect(readFileSync(at('a.md'), 'utf8')).toContain('| ');
    expect(describeReportFiles(asked)).toBe(`Reports: ${at('a.json')}, ${at('a.md')}`);
  });

  it('does not repeat a table that the terminal has shown, but writes JSON', async () => {
    const out = async (line: string): Promise<string> => {
      const terminal = memoryTerminal();
      await writeReport({ ...base, outputs: await outputs(line), terminal, isShownAlready: true });
      return terminal.out.join('');
    };
    expect(await out('')).toBe('');
    expect(JSON.parse(await out('-o json'))).toHaveProperty('targets');
  });

  it('warns about an output that failed, and fills the others', async () => {
    const terminal = memoryTerminal({
      write: () => Promise.reject(new StreamError('output', { code: 'ENOSPC' })),
    });
    const asked = await outputs(`--report-file ${at('gone.json')} --report-file ${at('b.csv')}`);
    const broken = {
      ...asked,
      files: [{ path: at('no/gone.json'), format: 'json' }, ...asked.files.slice(1)],
    } as const;
    expect(await writeReport({ ...base, outputs: broken, terminal })).toBe(false);
    expect(messages.warned[0]).toContain('Standard output cannot be written');
    expect(messages.warned[1]).toContain(
      `The report could not be written to ${at('no/gone.json')}`,
    );
    expect(describeReportFiles(broken)).toBe(`Report: ${at('b.csv')}`);
  });

  it('passes other errors of the terminal on', async () => {
    const terminal = memoryTerminal({ write: () => Promise.reject(new TypeError('bug')) });
    await expect(writeReport({ ...base, outputs: await outputs(''), terminal })).rejects.toThrow(
      'bug',
    );
  });
});
