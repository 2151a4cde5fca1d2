/**
 * The report as one HTML file that opens anywhere: script, style and data inside, nothing loaded from elsewhere, and a
 * content security policy that holds the page to it.
 */
import { createHash } from 'node:crypto';
import type { Report } from '../../core/model/model.ts';
import { packReport } from './data.ts';
import style from './page/page.css?bundled';
import script from './page/page.ts?bundled';
import { forHtml, forScriptJson } from '../escape.ts';
import { isException } from '../targets.ts';

const hash = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing but this page's own script and style, and no request at all. */
const policy = (inlineScript: string, inlineStyle: string): string =>
  `default-src 'none'; script-src ${hash(inlineScript)}; style-src ${hash(inlineStyle)}; base-uri 'none'; form-action 'none'`;

const countList = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([word, count]) => `<li>${forHtml(word)}: ${count}</li>`)
    .join('');

/** What a reader without scripts gets: the figures. */
const figures = (report: Report): string => {
  const bad = report.targets.filter((target) => isException(target.verdict)).length;
  return [
    `<h1>dhmc ${forHtml(report.action)}${report.dryRun ? ' (dry run)' : ''}: ${forHtml(report.organization.id)}</h1>`,
    `<p>${report.summary.accounts} accounts, ${report.summary.cells} cells, ${bad} exceptions. ${forHtml(report.startedAt)}.</p>`,
    `<h2>Verdicts</h2><ul>${countList(report.summary.verdicts)}</ul><h2>States</h2><ul>${countList(report.summary.states)}</ul>`,
    '<p>The map of accounts and regions needs JavaScript, which is part of this file; nothing is loaded from elsewhere.</p>',
  ].join('');
};

export const renderHtml = (report: Report): string => {
  const [inlineScript, inlineStyle] = [
    script.trim().replaceAll('</script', '<\\/script'),
    style.trim(),
  ];
  return [
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
    `<meta http-equiv="Content-Security-Policy" content="${policy(inlineScript, inlineStyle)}">\n`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n',
    '<meta name="color-scheme" content="light dark">\n',
    `<title>dhmc ${forHtml(report.action)}: ${forHtml(report.organization.id)}, ${forHtml(report.startedAt.slice(0, 10))}</title>\n`,
    `<style>${inlineStyle}</style>\n</head>\n<body>\n<div id="app"></div>\n<noscript>${figures(report)}</noscript>\n`,
    `<script type="application/json" id="report">${forScriptJson(packReport(report))}</script>\n`,
    `<script>${inlineScript}</script>\n</body>\n</html>\n`,
  ].join('');
};
