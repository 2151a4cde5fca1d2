/**
 * HTML reports in a real browser. Needs Chromium at /usr/bin/chromium, /usr/bin/chromium-browser or CHROMIUM; tests
 * are skipped without it.
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
 * The violations that axe finds in a page. For passed rules it keeps only one node each, which is faster. `rules`
 * limits the check to these rules. In legacy mode axe opens no second page, which pages without frames do not need.
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

/** The axe rules for colors. */
export const colorRules = ['color-contrast', 'link-in-text-block'] as const;

/** The display settings. Default: a light window of 1280 × 900. */
export interface Looks {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
  readonly forcedColors?: 'active' | 'none';
}

export interface ReportPages {
  /** Opens a report and collects its console messages, errors, dialogs and external requests. */
  readonly open: (report: Report, looks?: Looks) => Promise<Page>;
  /** Opens any page; `ready` waits until it is rendered. */
  readonly openText: (
    text: string,
    ready: (page: Page) => Promise<void>,
    looks?: Looks,
  ) => Promise<Page>;
  /** Closes the page and expects that nothing was collected. */
  readonly close: (page: Page) => Promise<void>;
}

let started: Promise<Page> | undefined;

/** The page that all files of the process share, because opening one takes longer than a test. */
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

/** Provides pages for the tests of a file. */
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
    // Visit a blank page in between; otherwise the same address would only scroll the first page.
    await page.goto('about:blank');
    await page.setViewportSize(viewport ?? { width: 1280, height: 900 });
    // No emulated medium, so that PDFs use the print styles.
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
