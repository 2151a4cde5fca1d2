/**
 * Coverage as one self-contained HTML file: script, style and data are inline, and nothing is loaded. It contains up to
 * 50,000 instances. With more, it contains only the accounts, and refers to the CSV file for the instances.
 */
import { createHash } from 'node:crypto';
import { isRunning } from '../../core/coverage/judge.ts';
import type { CoverageInstance } from '../../core/coverage/model.ts';
import { isUnmanaged } from '../../core/coverage/summary.ts';
import { forHtml, forScriptJson } from '../escape.ts';
import style from '../html/page/coverage.css?bundled';
import script from '../html/page/coverage.ts?bundled';
import type { CoverageParts } from './format.ts';
import { countPlaces } from './places.ts';
import { headline, managerWords } from './words.ts';
import { publicProblem } from '../public-problem.ts';

export const maxInstances = 50_000;

const hash = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const policy = (inlineScript: string, inlineStyle: string): string =>
  `default-src 'none'; script-src ${hash(inlineScript)}; style-src ${hash(inlineStyle)}; base-uri 'none'; form-action 'none'`;

/** Stores every text once, and instances as rows of indexes. */
function packer() {
  const texts: string[] = [];
  const indexes = new Map<string, number>();
  const at = (text: string | null): number => {
    if (text === null) return -1;
    let index = indexes.get(text);
    if (index === undefined) {
      index = texts.length;
      texts.push(text);
      indexes.set(text, index);
    }
    return index;
  };
  const rows: unknown[] = [];
  return {
    texts,
    rows,
    add: (one: CoverageInstance): void => {
      rows.push([
        one.id,
        ...[one.account, one.region, one.name, one.state, one.platform, one.launchedAt].map(at),
        ...[one.profile, one.profileRole, one.managedBy, one.confidence, one.reason].map(at),
        ...[one.agent?.version, one.agent?.ping, one.agent?.lastPingAt, one.agent?.role].map(
          (text) => at(text ?? null),
        ),
        one.evidence.map(at),
        at(one.hint),
      ]);
    },
  };
}

export async function* renderHtml(
  parts: CoverageParts,
  { most = maxInstances } = {},
): AsyncIterable<string> {
  const { report, choice, reasons, csvBeside } = parts;
  const [inlineScript, inlineStyle] = [
    script.trim().replaceAll('</script', '<\\/script'),
    style.trim(),
  ];
  const packed = packer();
  let total = 0;
  if (choice !== 'none') {
    for await (const instance of parts.instances()) {
      if (choice === 'unmanaged' && !(isUnmanaged(instance) && isRunning(instance.state))) continue;
      total += 1;
      if (total <= most) packed.add(instance);
    }
  }
  const whole = total <= most;
  const data = {
    head: {
      headline: headline(parts),
      organization: report.organization.id,
      startedAt: report.startedAt,
      summary: report.summary,
      words: managerWords,
      choice,
      total,
      whole,
      csvBeside,
    },
    reasons,
    changes: report.changes,
    units: countPlaces(parts).map(({ path, accounts }) => ({
      path,
      accounts: accounts.map(({ account, running, managedBy, unread }) => ({
        id: account.id,
        name: account.name,
        skipped: account.skipped,
        running,
        managedBy,
        unread,
      })),
    })),
    problems: report.cells
      .filter(({ problem }) => problem !== null)
      .slice(0, 5_000)
      .map(({ account, region, problem }) => ({
        account,
        region,
        problem: publicProblem(problem),
      })),
    texts: whole ? packed.texts : [],
    rows: whole ? packed.rows : [],
  };
  const title = `dhmc coverage: ${forHtml(report.organization.id)}, ${forHtml(report.startedAt.slice(0, 10))}`;
  yield [
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
    `<meta http-equiv="Content-Security-Policy" content="${policy(inlineScript, inlineStyle)}">\n`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n',
    `<meta name="color-scheme" content="light dark">\n<title>${title}</title>\n`,
    `<style>${inlineStyle}</style>\n</head>\n<body>\n<main id="app"></main>\n`,
    `<noscript><h1>dhmc coverage</h1><p>${forHtml(headline(parts))}</p><p>The list needs JavaScript, which is part of this file.</p></noscript>\n`,
    '<script type="application/json" id="report">',
  ].join('');
  yield forScriptJson(data);
  yield `</script>\n<script>${inlineScript}</script>\n</body>\n</html>\n`;
}
