import { describe, expect, it } from 'vitest';
import { renderPage, type RunReport } from '../../report/page.js';

const REPORT: RunReport = {
  name: 'a <b> & "c"',
  board: 'virtual-stm32f405',
  verified: 'emulator',
  version: '0.1.0',
  figures: [{ name: 'flash', measured: '20.9 KiB', budget: '96.0 KiB', verdict: 'ok' }],
  history: [
    { epoch: 1, loss: 2, valLoss: 1.5, accuracy: 0.25, valAccuracy: 0.5 },
    { epoch: 2, loss: 1, valLoss: 0.75, accuracy: 0.75, valAccuracy: 1 },
  ],
  labels: ['yes', 'no'],
  confusion: [
    [9, 1],
    [0, 10],
  ],
  memory: {
    arenaBytes: 300,
    layers: ['conv', 'dense'],
    allocations: [
      { name: 'input', offset: 200, bytes: 100, firstOp: -1, lastOp: 0 },
      { name: 'conv', offset: 0, bytes: 200, firstOp: 0, lastOp: 1 },
      { name: 'dense', offset: 200, bytes: 4, firstOp: 1, lastOp: 2 },
    ],
  },
};

describe('the page of a run', () => {
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
    expect(page.match(/<rect /g)).toHaveLength(3);
    expect(page).toContain('<title>conv: 200 B at 0</title><rect x="265.5" y="97.33" width="391" height="178.67"');
  });

  it('gives every picture its numbers as a table', () => {
    for (const number of ['2.0000', '75.00 %', '0.7500', '20.9 KiB', '>9<', '>10<']) expect(page).toContain(number);
  });
});
