/**
 * HTML reports in a real browser. Needs Chromium at /usr/bin/chromium, /usr/bin/chromium-browser or CHROMIUM; tests are
 * skipped without it.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import {
  chromium,
  type ConsoleMessage,
  type Dialog,
  type Page,
  type Request,
} from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Report } from '../../src/core/model/model.ts';
import { renderHtml } from '../../src/render/html/index.ts';

const executable = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== undefined && existsSync(path),
);
export const hasBrowser = executable !== undefined;
if (!hasBrowser)
  console.warn('The browser tests of the HTML report are skipped: no Chromium was found.');

/**
 * What axe finds wrong in a page; of what is right it keeps one node a rule, which is quicker. `rules`: these alone. In
 * legacy mode it opens no second page, which pages without frames do not need.
 */
export const accessibilityOf = (
  page: Page,
  { rules }: { readonly rules?: readonly string[] } = {},
): ReturnType<AxeBuilder['analyze']> =>
  new AxeBuilder({ page })
    .setLegacyMode()
    .options({
      resultTypes: ['violations'],
      ...(rules === undefined ? {} : { runOnly: { type: 'rule', values: [...rules] } }),
    })
    .analyze();

/** The rules of axe that judge colors. */
export const colorRules = ['color-contrast', 'link-in-text-block'] as const;

/** What a page is looked at with. By default a light window of 1280 × 900. */
export interface Looks {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
  readonly forcedColors?: 'active' | 'none';
}

export interface ReportPages {
  /** Opens a report, and collects every complaint and every request that leaves the page. */
  readonly open: (report: Report, looks?: Looks) => Promise<Page>;
  /** The same with the text of any page; `ready` waits until it is drawn. */
  readonly openText: (
    text: string,
    ready: (page: Page) => Promise<void>,
    looks?: Looks,
  ) => Promise<Page>;
  /** Closes the page, and expects that nothing was collected. */
  readonly close: (page: Page) => Promise<void>;
}

let started: Promise<Page> | undefined;

/** One page of one browser for all files of the process, as a page of its own costs more than what is tried in it. */
const thePage = (): Promise<Page> =>
  (started ??= chromium
    .launch({
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
    })
    .then((browser) => browser.newPage()));

/** Pages for the tests of the file. */
export function reportPages(): ReportPages {
  let page: Page | undefined;
  let folder = '';
  let file = '';
  const complaints: string[] = [];
  const listeners = {
    console: (message: ConsoleMessage) => complaints.push(`console: ${message.text()}`),
    pageerror: (error: Error) => complaints.push(`error: ${error.message}`),
    dialog: (dialog: Dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    },
    request: (request: Request) => {
      if (request.url() !== pathToFileURL(file).href) complaints.push(`request: ${request.url()}`);
    },
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dhmc-html-'));
    file = join(folder, 'report.html');
    page = await thePage();
    page.setDefaultTimeout(120_000);
    page.on('console', listeners.console);
    page.on('pageerror', listeners.pageerror);
    page.on('dialog', listeners.dialog);
    page.on('request', listeners.request);
  }, 60_000);

  afterAll(() => {
    page?.off('console', listeners.console);
    page?.off('pageerror', listeners.pageerror);
    page?.off('dialog', listeners.dialog);
    page?.off('request', listeners.request);
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  const openText: ReportPages['openText'] = async (text, ready, looks = {}) => {
    if (page === undefined) throw new Error('The browser was not started.');
    const { viewport, colorScheme = 'light', forcedColors = 'none' } = looks;
    // Between two pages of one address, so that the second is not a place in the first.
    await page.goto('about:blank');
    await page.setViewportSize(viewport ?? { width: 1280, height: 900 });
    // No medium of its own: a PDF is printed, not a picture of the screen.
    await page.emulateMedia({ media: null, colorScheme, forcedColors });
    writeFileSync(file, text);
    complaints.length = 0;
    await page.goto(pathToFileURL(file).href);
    await ready(page);
    return page;
  };

  return {
    openText,
    open: (report, looks) =>
      openText(renderHtml(report), (shown) => shown.getByRole('grid').waitFor(), looks),
    close: async (shown) => {
      expect(complaints).toEqual([]);
      await shown.goto('about:blank');
    },
  };
}
