/**
 * HTML reports in a real browser. Needs Chromium at /usr/bin/chromium, /usr/bin/chromium-browser or CHROMIUM; tests are
 * skipped without it.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Report } from '../../src/core/model/model.ts';
import { renderHtml } from '../../src/render/html/index.ts';

const executable = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== undefined && existsSync(path),
);
export const hasBrowser = executable !== undefined;
if (!hasBrowser)
  console.warn('The browser tests of the HTML report are skipped: no Chromium was found.');

/** What axe finds wrong in a page; of what is right it keeps one node a rule, which is quicker. */
export const accessibilityOf = (page: Page): ReturnType<AxeBuilder['analyze']> =>
  new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).analyze();

export interface ReportPages {
  /** Opens a report, and collects every complaint and every request that leaves the page. */
  readonly open: (report: Report, options?: BrowserContextOptions) => Promise<Page>;
  /** The same with the text of any page; `ready` waits until it is drawn. */
  readonly openText: (
    text: string,
    ready: (page: Page) => Promise<void>,
    options?: BrowserContextOptions,
  ) => Promise<Page>;
  /** Closes the page, and expects that nothing was collected. */
  readonly close: (page: Page) => Promise<void>;
}

let started: Promise<Browser> | undefined;

/** One browser for all files of the process: it ends with it. */
const theBrowser = (): Promise<Browser> =>
  (started ??= chromium.launch({
    executablePath: executable ?? '',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  }));

/** Pages for the tests of the file. */
export function reportPages(): ReportPages {
  let browser: Browser | undefined;
  let folder = '';
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dhmc-html-'));
    browser = await theBrowser();
  }, 60_000);

  afterAll(() => {
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  const openText: ReportPages['openText'] = async (text, ready, options = {}) => {
    if (browser === undefined) throw new Error('the browser was not started');
    const file = join(folder, 'report.html');
    writeFileSync(file, text);
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      ...options,
    });
    context.setDefaultTimeout(120_000);
    const page = await context.newPage();
    complaints.length = 0;
    page.on('console', (message) => complaints.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    page.on('request', (request) => {
      if (request.url() !== pathToFileURL(file).href) complaints.push(`request: ${request.url()}`);
    });
    await page.goto(pathToFileURL(file).href);
    await ready(page);
    return page;
  };

  return {
    openText,
    open: (report, options) =>
      openText(renderHtml(report), (page) => page.getByRole('grid').waitFor(), options),
    close: async (page) => {
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  };
}
