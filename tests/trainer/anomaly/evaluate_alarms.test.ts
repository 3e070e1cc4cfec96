// Figures of a detector, counted by hand, and the threshold that it was asked for.
import { describe, expect, it } from 'vitest';
import { evaluateAlarms, type Judged } from '../../../trainer/anomaly/evaluate_alarms.js';
import { chooseThreshold } from '../../../trainer/anomaly/thresholds/choose.js';

const judged = (recording: number, text: string, machine = 'm'): Judged[] =>
  [...text].map((sign) => ({
    recording,
    machine,
    class: 'aA'.includes(sign) ? 1 : 0,
    score: sign === 'A' ? 3 : sign === 'N' ? 2 : 1,
    alarm: 'AN'.includes(sign),
  }));

describe('evaluateAlarms', () => {
  const windows = [...judged(0, 'nnNnnaaAA'), ...judged(1, 'nnn', 'quiet'), ...judged(2, 'aaa')];
  const found = evaluateAlarms(windows, ['normal', 'worn'], 2);

  it('counts windows, events, delays and false alarms', () => {
    expect(found.windows).toEqual({ normal: 8, anomalous: 7 });
    expect(found.points).toMatchObject({ truePositives: 2, falsePositives: 1, falseNegatives: 5, trueNegatives: 7 });
    expect(found.events).toMatchObject({ events: 2, detected: 1, recall: 0.5, medianDelay: 4, falseAlarms: 1 });
    expect(found.events.falseAlarmsPerDay).toBeCloseTo(86400 / 16);
  });

  it('ranks machines that have both kinds, and faults', () => {
    expect(Object.keys(found.machines)).toEqual(['m']);
    // 2 of 7 above all 8 normal ones; 5 equal to 7 and below 1.
    expect(found.ranking!.auc).toBeCloseTo((2 * 8 + 5 * 3.5) / 56);
    expect(found.classes['worn']).toMatchObject({ windows: 7, alarmed: 2 / 7 });
  });

  it('is content without faults', () => {
    const normal = evaluateAlarms(judged(0, 'nnN'), ['normal'], 1);
    expect(normal.ranking).toBeUndefined();
    expect(normal.events).toMatchObject({ events: 0, falseAlarms: 1, medianDelay: undefined });
  });
});

describe('chooseThreshold', () => {
  const scores = Float64Array.from({ length: 399 }, (_, i) => i - 199);
  const rest = { hysteresis: 0.5, confirm: 2, holdOff: 3 };

  it('is a rank of normal scores, with the end of an alarm on the way to their median', () => {
    const { alarm, method } = chooseThreshold(scores, { by: { conformal: 0.1 }, ...rest }, 1);
    expect(method).toBe('conformal');
    expect(alarm).toEqual({ raise: 160, clear: 80, confirm: 2, holdOff: 3 });
  });

  it('is what an operator can live with, beyond the recording where it has to be', () => {
    const often = chooseThreshold(scores, { by: { falseAlarmsPerDay: 8640 }, ...rest }, 1);
    const rare = chooseThreshold(scores, { by: { falseAlarmsPerDay: 24 }, ...rest }, 1);
    expect([often.method, rare.method]).toEqual(['conformal', 'extreme-value']);
    expect(rare.alarm.raise).toBeGreaterThan(often.alarm.raise);
  });

  it('may be given', () => {
    expect(chooseThreshold([], { by: { score: 7 }, ...rest }, 1)).toEqual({
      method: 'given',
      alarm: { raise: 7, clear: 7, confirm: 2, holdOff: 3 },
    });
  });
});
