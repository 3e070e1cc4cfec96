// Figures of a detector, counted by hand, and the threshold that it was asked for.
import { describe, expect, it } from 'vitest';
import { alarmIntervals, evaluateAlarms, type Judged } from '../../../trainer/anomaly/evaluate_alarms.js';
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

describe('alarmIntervals', () => {
  const classes = ['normal', 'worn'];
  const texts = ['nnnN', 'nnnn', 'nnaA', 'nAAA', 'naaa', 'nnnnAAAA'];
  const windows = texts.flatMap((text, i) => judged(i, text));
  const found = alarmIntervals(windows, classes, 3600);

  it('enclose what was measured, and are the same each time', () => {
    const { ranking, points, events } = evaluateAlarms(windows, classes, 3600);
    const inside = (value: number, [low, high]: readonly [number, number]) => {
      expect(low).toBeLessThan(value);
      expect(high).toBeGreaterThan(value);
    };
    inside(ranking!.auc, found.auc);
    inside(points.f1, found.f1);
    inside(events.recall, found.recall);
    inside(ranking!.auc, found.machines['m']!);
    expect(alarmIntervals(windows, classes, 3600)).toEqual(found);
  });

  it('of a fault count its recordings', () => {
    // 8 of 12 windows of 4 recordings: as 2.67 of 4.
    expect(found.classes['worn']![0]).toBeCloseTo(0.245, 2);
    expect(found.classes['worn']![1]).toBeCloseTo(0.925, 2);
  });

  it('say of no false alarm how many there might be', () => {
    const quiet = alarmIntervals(judged(0, 'n'.repeat(24)), ['normal'], 3600);
    expect(quiet.falseAlarmsPerDay[0]).toBe(0);
    expect(quiet.falseAlarmsPerDay[1]).toBeCloseTo(3.689, 3);
    expect(quiet.auc).toEqual([NaN, NaN]);
    // One in 16 hours of normal windows: 0.0253 and 5.572 of them (Garwood's table).
    expect(found.falseAlarmsPerDay[0]).toBeCloseTo((24 * 0.0253) / 16, 3);
    expect(found.falseAlarmsPerDay[1]).toBeCloseTo((24 * 5.572) / 16, 2);
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
