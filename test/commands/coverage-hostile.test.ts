/** Hostile names in every output of `dhmc coverage`: terminal, CI log, spreadsheet and web page. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fleetRegion } from '../support/fleet-world.ts';
import { openConsole } from '../support/in-process.ts';
import { hostileNames } from '../support/reports.ts';
import { simpleWorld } from '../support/simple-world.ts';

const names = [
  ...hostileNames.map((name) => name.replace(/[\uD800\0]/g, '')),
  '::stop-commands::x',
  '##vso[task.complete result=Succeeded;]',
  "##teamcity[buildStop comment='x']",
  'section_start:1:x\r',
  '+1+cmd|calc!A0',
  '-2+3',
  '@SUM(1)',
  '%0A::error::x',
  'a\u2028b\u2029c',
  '\u034F\u115F\u2800\uFE0F',
];
/** An emoji with zero-width joiners, which are legitimate. */
const family = '👩‍👩‍👧‍👦';
/** An account name, within AWS's limit of 50 characters. */
const nameOf = (index: number): string => (names[index] ?? '').slice(0, 50);

let folder: string;
let texts: Readonly<Record<string, string>>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dhmc-hostile-'));
  const console = await openConsole(
    simpleWorld({
      accounts: names.map((name, index) => ({
        name: nameOf(index),
        unit: `U${String(index)} ${name.replaceAll('/', '').slice(0, 100)}`,
        fleet: {
          [fleetRegion]: [
            { name: name.slice(0, 256), agent: null, tags: { [name.slice(0, 100)]: name } },
            { name: name.slice(0, 256) },
          ],
        },
      })),
    }),
  );
  try {
    const endings = ['json', 'ndjson', 'csv', 'md', 'html', 'xml', 'txt'];
    const ran = await console.run([
      ...['coverage', '--region', fleetRegion, '--instances', 'all'],
      ...endings.flatMap((ending) => ['--report-file', join(folder, `c.${ending}`)]),
    ]);
    expect([ran.status, ran.stderr]).toEqual([0, expect.any(String)]);
    texts = {
      ...Object.fromEntries(
        endings.map((ending) => [ending, readFileSync(join(folder, `c.${ending}`), 'utf8')]),
      ),
      terminal: ran.stdout,
      messages: ran.stderr,
    };
  } finally {
    await console.stop();
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const all = ['json', 'ndjson', 'csv', 'md', 'html', 'xml', 'txt', 'terminal', 'messages'] as const;

describe('hostile names', () => {
  it.each(all)('contain no control or invisible characters in %s', (format) => {
    const text = (texts[format] ?? '').replaceAll('\r\n', '\n').replaceAll(family, '');
    expect(text.match(/[^\P{C}\n]|\p{Zl}|\p{Zp}|[\u034F\u115F\u2800]/u)).toBeNull();
  });

  it.each(all)('are not CI commands in %s', (format) => {
    const lines = (texts[format] ?? '').split('\n');
    // Lines of JSON, CSV and XML with names start with other characters.
    expect(
      lines.filter((line) => /^\s*::[a-z]|##\w*\[|\bsection_(start|end):/i.test(line)),
    ).toEqual([]);
  });

  it('are complete in JSON and NDJSON', () => {
    interface Row {
      readonly name?: string;
    }
    const { instances, accounts } = JSON.parse(texts['json'] ?? '') as Record<string, Row[]>;
    const lines = (texts['ndjson'] ?? '').trim().split('\n');
    const fromLines = lines.map((line) => JSON.parse(line) as Row);
    const wanted = [...new Set(names.map((name) => name.slice(0, 256)))].sort();
    for (const rows of [instances ?? [], fromLines.slice(0, -1)])
      expect([...new Set(rows.map(({ name }) => name))].sort()).toEqual(wanted);
    expect(accounts?.map(({ name }) => name)).toEqual(
      expect.arrayContaining(names.map((_, index) => nameOf(index))),
    );
  });

  it('are not formulas in CSV', () => {
    const cells = (texts['csv'] ?? '').split('\r\n').flatMap((line) => line.split(/,(?=")/));
    expect(cells.filter((cell) => /^"?\s*[=+\-@|%]/.test(cell))).toEqual([]);
    expect((texts['csv'] ?? '').trim().split('\r\n')).toHaveLength(names.length * 2 + 1);
  });

  it('are not markup in HTML, XML and Markdown', () => {
    const { html = '', xml = '', md = '' } = texts;
    expect(html.match(/<script|<img|onerror=alert\(1\)> /g)?.length).toBe(2);
    const tags = [...xml.matchAll(/<[/?]?([^\s/?>]+)/g)].map(([, tag]) => tag);
    expect([...new Set(tags)].sort()).toEqual([
      'failure',
      'properties',
      'property',
      'system-err',
      'system-out',
      'testcase',
      'testsuite',
      'testsuites',
      'xml',
    ]);
    expect(md).not.toMatch(/<script|<img|\]\(https|@everyone\b(?<!<!-- -->)/);
  });
});
