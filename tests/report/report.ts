// A report that has everything, of a made-up project.
import type { Comparison } from '../../report/comparison.js';
import type { Report } from '../../report/page.js';

export const REPORT: Report = {
  name: 'a <b> & "c"',
  board: 'virtual-stm32f405',
  verified: 'emulator',
  version: '0.1.0',
  model: '0123456789abcdef',
  figures: [{ name: 'flash', measured: '20.9 KiB', budget: '96.0 KiB', verdict: 'ok' }],
  training: [
    { epoch: 1, loss: 2, valLoss: 1.5, accuracy: 0.25, valAccuracy: 0.5 },
    { epoch: 2, loss: 1, valLoss: 0.75, accuracy: 0.75, valAccuracy: 1 },
  ],
  confusion: {
    labels: ['yes', 'no'],
    counts: [
      [9, 1],
      [0, 10],
    ],
  },
  det: {
    heard: '30.0 min',
    points: [
      { threshold: 0.5, falseRejects: 0, falseAccepts: 10 },
      { threshold: 0.75, falseRejects: 0.1, falseAccepts: 1 },
      { threshold: 1, falseRejects: 1, falseAccepts: 0 },
    ],
    chosen: {
      falseRejects: 0.08,
      falseAccepts: 1,
      intervals: { falseRejects: [0.05, 0.12], falseAccepts: [0.25, 2.5] },
    },
  },
  quantization: {
    inputs: 28,
    sqnr: 35.5,
    layers: [
      { name: 'conv', opcode: 'CONV_2D', sqnr: 30, ownSqnr: 31, cost: 0.5 },
      { name: 'reshape', opcode: 'RESHAPE', sqnr: Infinity, ownSqnr: Infinity, cost: 0 },
    ],
  },
  memory: {
    arenaBytes: 300,
    layers: ['conv', 'dense'],
    allocations: [
      { name: 'input', offset: 200, bytes: 100, firstOp: -1, lastOp: 0 },
      { name: 'conv', offset: 0, bytes: 200, firstOp: 0, lastOp: 1 },
      { name: 'dense', offset: 200, bytes: 4, firstOp: 1, lastOp: 2 },
    ],
  },
  flash: {
    bytes: 1500,
    parts: [
      {
        name: 'model weights',
        bytes: 1000,
        symbols: [
          { name: 'conv_weights', bytes: 900 },
          { name: 'conv_bias', bytes: 100 },
        ],
      },
      { name: 'runtime', bytes: 500, symbols: Array.from({ length: 50 }, (_, i) => ({ name: `f${i}`, bytes: 10 })) },
    ],
  },
  instructions: {
    board: 'virtual-cortex-m4',
    total: 4000,
    layers: [
      { name: 'conv', op: 'CONV_2D', instructions: 3000 },
      { name: 'dense', op: 'FULLY_CONNECTED', instructions: 1000 },
    ],
  },
  validation: { vectors: 50, equal: 50, facts: [['on', 'emulator']] },
  drift: {
    windows: 640,
    drift: true,
    quantities: [
      { name: 'score', moved: true, figures: [{ kind: 'psi', value: 0.5, limit: 0.25 }] },
      { name: 'rms x', moved: false, figures: [{ kind: 'psi', value: 0.125, limit: 0.25 }] },
    ],
  },
};

const course = (name: string, own: string, scores: number[]) => ({
  ...{ name, class: own, seconds: 2, raise: 4, scores },
  alarms: scores.map((score) => score > 4),
});

/** Of a detector. */
export const ANOMALY: Report = {
  ...{ name: 'pump', task: 'anomaly', board: REPORT.board, verified: 'emulator', version: '0.1.0' },
  figures: [{ name: 'AUC', measured: '0.9750 (95 %: 0.9500 to 0.9900)', budget: '≥ 0.9', verdict: 'ok' }],
  courses: [course('pump1/quiet', 'normal', [0.5, 0.75, 1, 0.25]), course('pump1/<loud>', 'bearing', [20, 60, 35, 40])],
  roc: {
    judged: '40 normal windows (0.10 h) and 20 of faults, of the test part',
    ...{ auc: 0.975, interval: [0.95, 0.99] },
    points: [
      { falsePositiveRate: 0, truePositiveRate: 0 },
      { falsePositiveRate: 0.125, truePositiveRate: 0.9 },
      { falsePositiveRate: 1, truePositiveRate: 1 },
    ],
    chosen: { falsePositiveRate: 0.05, truePositiveRate: 0.85 },
  },
  alarms: {
    machines: [{ name: 'pump1', auc: 0.975, partialAuc: 0.8125, interval: [0.95, 0.99] }],
    faults: [{ name: 'bearing', windows: 20, auc: null, alarmed: 0.85, interval: [0.5, 0.96] }],
  },
  flash: REPORT.flash,
  instructions: {
    ...{ of: 'a window', board: 'virtual-cortex-m4', total: 2000 },
    layers: [{ name: 'front end', op: 'tk_sensor_front_end', instructions: 1500 }],
  },
  validation: REPORT.validation,
  drift: REPORT.drift,
};

/** Nothing was measured yet. */
export const EMPTY: Report = { name: 'new', board: 'b', verified: 'not yet', version: '0.1.0', figures: [] };

export const COMPARISON: Comparison = {
  runs: [
    { id: '20260101T000000-aaaaaa', name: 'a', at: '2026-01-01T00:00:00.000Z', training: REPORT.training },
    { id: '20260102T000000-bbbbbb', name: 'a', at: '2026-01-02T00:00:00.000Z' },
  ],
  figures: [{ name: 'accuracy', values: ['90.00 %', '91.00 %'], best: [1] }],
  settings: [{ key: 'train.epochs', values: ['10', '20'] }],
};
