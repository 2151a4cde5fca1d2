/**
 * The report as one self-contained HTML file: script, style and data are inline, nothing is loaded, and a content
 * security policy enforces that.
 */
import { createHash } from 'node:crypto';
import type { Report } from '../../core/model/model.ts';
import { packReport } from './data.ts';
import style from './page/page.css?bundled';
import script from './page/page.ts?bundled';
import { describeFilter, plainContext, type RenderContext } from '../context.ts';
import { forHtml, forScriptJson, forHtmlProse } from '../escape.ts';
import { planText } from '../plan.ts';
import { countCellStates } from '../targets.ts';
import { remarksOf, remarkTitle } from '../remarks.ts';
import { headline, preflightText } from '../../core/record/outcome.ts';

const hash = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Allows only the page's own script and style, and no requests. */
const policy = (inlineScript: string, inlineStyle: string): string =>
  `default-src 'none'; script-src ${hash(inlineScript)}; style-src ${hash(inlineStyle)}; base-uri 'none'; form-action 'none'`;

const countList = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([word, count]) => `<li>${forHtml(word)}: ${count}</li>`)
    .join('');

const planList = (report: Report): string => {
  const { title, sentences, leftUnchanged, waves, nothing } = planText(report);
  const items = sentences.map(({ text }) => `<li>${forHtml(text)}</li>`);
  const left = [...waves, ...leftUnchanged]
    .map(({ title: head, text }) => `<p>${head}: ${forHtml(text)}</p>`)
    .join('');
  const none = nothing === '' ? '' : `<h2>${title}</h2><p>${nothing}</p>`;
  return items.length === 0
    ? `${none}${left}`
    : `<h2>${title}</h2><ul>${items.join('')}</ul>${left}`;
};

/** The report's numbers, for readers without scripts. */
const figures = (report: Report, context: RenderContext): string => {
  const filter = describeFilter(report, context);
  return [
    `<h1>${forHtml(headline(report))}</h1>`,
    report.stopped === null
      ? ''
      : `<p>Stopped: ${forHtml(report.stopped.message)} ${forHtmlProse(report.stopped.hint)}</p>`,
    planList(context.whole),
    ...remarksOf(report).map(({ kind, text }) => `<p>${remarkTitle[kind]}: ${forHtml(text)}</p>`),
    report.preflight === null ? '' : `<p>${forHtml(preflightText(report.preflight))}</p>`,
    `<p>Organization ${forHtml(report.organization.id)}, ${report.summary.cells} cells. ${forHtml(report.startedAt)}.</p>`,
    filter === null ? '' : `<p>Rows: ${forHtml(filter)}</p>`,
    `<h2>Verdicts</h2><ul>${countList(report.summary.verdicts)}</ul><h2>Settings</h2><ul>${countList(countCellStates(context.whole.targets))}</ul>`,
    '<p>The map of accounts and regions needs JavaScript, which is part of this file; nothing is loaded from elsewhere.</p>',
  ].join('');
};

export const renderHtml = (
  report: Report,
  context: RenderContext = plainContext(report),
): string => {
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
    `<style>${inlineStyle}</style>\n</head>\n<body>\n<div id="app"></div>\n<noscript>${figures(report, context)}</noscript>\n`,
    `<script type="application/json" id="report">${forScriptJson(packReport(report, context))}</script>\n`,
    `<script>${inlineScript}</script>\n</body>\n</html>\n`,
  ].join('');
};
