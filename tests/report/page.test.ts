import { describe, expect, it } from 'vitest';
import { renderPage } from '../../report/page.js';
import { ANOMALY, EMPTY, REPORT } from './report.js';

describe('the report', () => {
  const page = renderPage(REPORT);

  it('loads nothing and runs nothing', () => {
    expect(page).not.toMatch(/<script|<link|<img|@import|https?:|url\(/);
  });

  it('shows names as text', () => {
    expect(page).not.toContain('<b>');
    expect(page).toContain('a &#60;b&#62; &#38; &#34;c&#34;');
  });

  it('draws each epoch, and each tensor over the layers in which it lives', () => {
    expect(page).toContain('<polyline points="44,157.5 408,60.5" class="train"/>');
    expect(page).toContain('<title>conv: 200 B at 0</title><rect x="265.5" y="97.33" width="391" height="178.67"');
  });

  it('gives a part of the flash the area of its bytes', () => {
    const area = (title: string) => {
      const [, width, height] = new RegExp(
        `<title>${title}</title><rect [^>]*width="([\\d.]+)" height="([\\d.]+)"`,
      ).exec(page)!;
      return Number(width) * Number(height);
    };
    const [weights, bias] = [area('model weights, conv_weights: 900 B'), area('model weights, conv_bias: 100 B')];
    expect(weights / bias).toBeCloseTo(9, 1);
    expect(page).toContain('runtime, 26 others: 260 B');
  });

  it('gives every picture its numbers as a table', () => {
    const numbers = ['2.0000', '75.00 %', '0.7500', '20.9 KiB', '>9<', '>10<', '0.750', '30.0', '3,000', '0.50 / 0.25'];
    for (const number of numbers) expect(page).toContain(number);
  });

  it('says how sure the chosen point is, and what has moved', () => {
    expect(page).toContain('8.00 % missed (95 %: 5.00 % to 12.00 %), 1.00 false accepts an hour');
    expect(page).toContain('✗ drift in 640 windows');
  });

  it('says what to run where nothing was measured', () => {
    const commands = [...renderPage(EMPTY).matchAll(/class="missing">[^<]*<code>(.*?)<\/code>/g)].map(
      ([, text]) => text,
    );
    expect(commands).toEqual([
      ...['kiln train', 'kiln convert', 'kiln evaluate', 'kiln convert', 'kiln convert', 'kiln build'],
      ...['kiln report', 'kiln validate', 'kiln drift --json &#62; build/drift.json'],
    ]);
  });
});

describe('the report of a detector', () => {
  const page = renderPage(ANOMALY);

  it('has sections of its own, with every picture in numbers', () => {
    const titles = [...page.matchAll(/<h2[^>]*>(.*?)<\/h2>/g)].map(([, title]) => title);
    expect(titles).toEqual([
      ...['Figures', 'Scores over time', 'ROC curve', 'By machine and fault'],
      ...['Flash', 'Instructions', 'Validation', 'Drift'],
    ]);
    for (const number of [
      '60.00',
      '56.0',
      '12.50 %',
      '90.00 %',
      '0.9500 to 0.9900',
      '0.8125',
      '85.0 %',
      '50.0 % to 96.0 %',
    ])
      expect(page).toContain(number);
    expect(page).toContain('scores of pump1/&#60;loud&#62; (bearing) over time');
  });

  it('marks where there was an alarm, one mark for each stretch', () => {
    const marks = (text: string) => [...text.matchAll(/<rect x="([\d.]+)" [^>]*width="([\d.]+)"[^>]*class="alarm"/g)];
    expect(marks(page).map(([, x, width]) => [Number(x), Number(width)])).toEqual([[52, 356]]);
    const broken = { ...ANOMALY, courses: [{ ...ANOMALY.courses![1]!, alarms: [false, true, false, true] }] };
    expect(marks(renderPage(broken)).map(([, x]) => Number(x))).toEqual([141, 319]);
  });

  it('draws scores on a linear axis where some are below nothing', () => {
    const below = { ...ANOMALY, courses: [{ ...ANOMALY.courses![0]!, raise: -20, scores: [-60, 40, 460] }] };
    for (const tick of [-200, 0, 200, 400, 600]) expect(renderPage(below)).toContain(`>${tick}</text>`);
    for (const tick of [0.1, 1, 10, 100]) expect(page).toContain(`>${tick}</text>`);
  });

  it('says what to run where nothing was measured', () => {
    const commands = [
      ...renderPage({ ...EMPTY, task: 'anomaly' }).matchAll(/class="missing">[^<]*<code>(.*?)<\/code>/g),
    ];
    expect(commands.map(([, text]) => text).slice(0, 3)).toEqual(['kiln evaluate', 'kiln evaluate', 'kiln evaluate']);
  });
});
