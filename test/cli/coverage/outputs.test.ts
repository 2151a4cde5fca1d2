import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { coverageOutputs, openSink } from '../../../src/cli/coverage/outputs.ts';
import type { OutputFormat } from '../../../src/render/index.ts';
import { readCommandLine } from '../../support/command-line.ts';
import { coverageParts } from '../../support/coverage-reports.ts';
import { memoryMessages, memoryTerminal } from '../../support/memory-terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'dhmc-outputs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const outputs = (line: string) =>
  coverageOutputs(readCommandLine(`coverage ${line}`).options.values);

describe('the output of a coverage report', () => {
  it('is a table of unmanaged instances by default', async () => {
    expect(await outputs('--org')).toEqual({
      format: 'table',
      files: [],
      choice: 'unmanaged',
      only: 'all',
      csvBom: false,
    });
  });

  it.each<[string, OutputFormat]>([
    ['a.ndjson', 'ndjson'],
    ['a.JSONL', 'ndjson'],
    ['a.json', 'json'],
    ['a.md', 'markdown'],
    ['a.xml', 'junit'],
  ])('has in the file %s the format %s', async (name, format) => {
    expect((await outputs(`--report-file ${at(name)}`)).files).toEqual([
      { path: at(name), format },
    ]);
  });

  it.each([
    ['--report-file a', 'does not end in a known format'],
    ['--report-file nowhere/at/all.json', 'is in a directory that does not exist'],
    ['--only changes', 'needs an earlier report'],
  ])('is refused with %s', async (line, message) => {
    await expect(outputs(line)).rejects.toThrow(message);
  });
});

describe('writing a coverage report', () => {
  const write = async (line: string, instances: number) => {
    const terminal = memoryTerminal();
    const messages = memoryMessages();
    const sink = await openSink({ outputs: await outputs(line), terminal, messages });
    const parts = coverageParts({ instances });
    for await (const instance of parts.instances()) await sink.add([instance]);
    const { report, reasons, leftOut } = parts;
    const written = await sink.finish({ report, reasons, leftOut });
    await sink.close();
    return { written, out: terminal.out.join(''), messages };
  };

  it('fills standard output and every file, each in its format', async () => {
    const names = ['w.ndjson', 'w.csv', 'w.json'];
    const files = names.map((name) => `--report-file ${at(name)}`).join(' ');
    const { written, out } = await write(`-o ndjson --instances all ${files}`, 3);
    expect(written).toBe(true);
    const [ndjson = '', csv = '', json = ''] = names.map((name) => readFileSync(at(name), 'utf8'));
    expect(out).toBe(ndjson);
    expect(ndjson.trim().split('\n')).toHaveLength(4);
    expect(csv.trim().split('\r\n')).toHaveLength(4);
    expect(JSON.parse(json)).toMatchObject({
      schema: 'dhmc.coverage/v1',
      instances: [{ id: 'i-00000000000000000' }, {}, {}],
    });
  });

  it('gives a complete report without instances', async () => {
    const { written, out } = await write(`-o json --report-file ${at('empty.csv')}`, 0);
    expect(written).toBe(true);
    expect(JSON.parse(out)).toMatchObject({ instances: [] });
    expect(readFileSync(at('empty.csv'), 'utf8').trim().split('\r\n')).toHaveLength(1);
  });
});
