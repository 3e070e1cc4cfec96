// The report in a real browser: what it says on the console, what it asks of the network, what axe finds.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderComparison } from '../../report/comparison.js';
import { renderPage } from '../../report/page.js';
import { ANOMALY, COMPARISON, EMPTY, REPORT } from './report.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];
const program = (process.env['PATH'] ?? '')
  .split(':')
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((path) => existsSync(path));

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

const PAGES = {
  ...{ report: renderPage(REPORT), anomaly: renderPage(ANOMALY), empty: renderPage(EMPTY) },
  comparison: renderComparison(COMPARISON),
};
const WIDTHS = [1280, 390] as const;

describe.skipIf(!program)('in a browser (needs Chromium)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-page-'));
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: program!, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(name: keyof typeof PAGES, colorScheme: 'light' | 'dark', width: number) {
    const path = join(folder, `${name}.html`);
    writeFileSync(path, PAGES[name]);
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
    const said: string[] = [];
    const asked: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    page.on('request', (request) => asked.push(request.url()));
    const own = pathToFileURL(path).href;
    await page.goto(own);
    return { page, said, left: asked.filter((url) => url !== own) };
  }

  async function faults(page: Page) {
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
    await page.evaluate(AXE);
    const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
    return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]!.html}`);
  }

  it.each([
    ...(['light', 'dark'] as const).flatMap((scheme) => WIDTHS.map((width) => ['report', scheme, width] as const)),
    ['anomaly', 'light', WIDTHS[0]],
    ['anomaly', 'dark', WIDTHS[1]],
    ['empty', 'dark', WIDTHS[1]],
    ['comparison', 'light', WIDTHS[1]],
  ] as const)('%s, %s, %i px wide: silent, alone, whole, and for everybody', async (name, scheme, width) => {
    const { page, said, left } = await open(name, scheme, width);
    expect(said).toEqual([]);
    expect(left).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(await faults(page)).toEqual([]);
    await page.close();
  });

  it.each([
    [
      'report',
      9,
      [
        'accuracy by epoch',
        'loss by epoch',
        'DET curve: missed keywords against false accepts an hour',
        'memory plan of 300 B',
        '1,500 B of flash by part and symbol',
      ],
    ],
    [
      'anomaly',
      8,
      [
        'scores of pump1/quiet (normal) over time',
        'scores of pump1/<loud> (bearing) over time',
        'ROC curve: faults found against false alarms, by window',
        '1,500 B of flash by part and symbol',
      ],
    ],
  ] as const)('shows every picture of the %s', async (name, figures, pictures) => {
    const { page } = await open(name, 'light', 1280);
    const visible = await page
      .locator('figure')
      .evaluateAll((all) =>
        all.map(
          (one) => (one as unknown as { getBoundingClientRect(): { height: number } }).getBoundingClientRect().height,
        ),
      );
    expect(visible).toHaveLength(figures);
    for (const height of visible) expect(height).toBeGreaterThan(40);
    const labels = await page.getByRole('img').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
    expect(labels).toEqual(pictures);
    await page.close();
  });
});
