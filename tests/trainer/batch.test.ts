// What a training step is given: balanced rows, mixed examples, a teacher's scores beside the labels.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { drawBatch, type BatchSource } from '../../trainer/batch.js';
import { rowsOfEpoch } from '../../trainer/epoch_rows.js';
import { meanLogits } from '../../trainer/own_teacher.js';

describe('rowsOfEpoch', () => {
  const y = Uint8Array.from({ length: 60 }, (_, i) => (i < 50 ? 0 : i < 58 ? 1 : 2));
  const examples = { x: new Int8Array(0), y, n: y.length, variants: 3, speakers: [] };
  const counts = (rows: Uint32Array) => {
    const found = [0, 0, 0];
    for (const row of rows) found[y[Math.floor(row / 3)]!]!++;
    return found;
  };

  it('takes each class as often as any other, rare examples again and again', () => {
    expect(counts(rowsOfEpoch(examples, true, new Random(1)))).toEqual([20, 20, 20]);
  });

  it('takes each example once where classes are left as they are', () => {
    const rows = rowsOfEpoch(examples, false, new Random(1));
    expect([...rows].map((row) => Math.floor(row / 3)).sort((a, b) => a - b)).toEqual([...y.keys()]);
    expect(new Set([...rows].map((row) => row % 3)).size).toBe(3);
  });

  it('says the same for the same seed alone', () => {
    const rows = (seed: number) => [...rowsOfEpoch(examples, true, new Random(seed))];
    expect(rows(4)).toEqual(rows(4));
    expect(rows(4)).not.toEqual(rows(5));
  });
});

describe('drawBatch', () => {
  const source: BatchSource = {
    train: {
      x: Int8Array.from({ length: 16 }, (_, i) => 10 * Math.floor(i / 2)),
      y: Uint8Array.of(0, 1, 0, 1),
      variants: 2,
    },
    shape: [1, 2],
    classes: 2,
    quantization: { scale: 0.5, zeroPoint: 0 },
    smoothing: 0,
    specAugment: undefined,
    mixup: 0,
    teacher: undefined,
  };
  const rows = Uint32Array.of(0, 3, 7);

  it('gives rows as they are, with their labels', () => {
    const { values, labels, teacher } = drawBatch(source, rows, new Random(1));
    expect([...values]).toEqual([0, 0, 15, 15, 35, 35]);
    expect([...labels.scores]).toEqual([1, 0, 0, 1, 0, 1]);
    expect(teacher).toBeUndefined();
  });

  it('softens what the teacher says of the same rows', () => {
    const logits = Float32Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? i : 0));
    const { teacher } = drawBatch({ ...source, teacher: { logits, temperature: 2, weight: 0.6 } }, rows, new Random(1));
    const first = [0, 6, 14].map((logit) => 1 / (1 + Math.exp(-logit / 2)));
    first.forEach((score, i) => expect(teacher!.targets.scores[2 * i]).toBeCloseTo(score, 5));
    expect(teacher).toMatchObject({ weight: 0.6, targets: { temperature: 2, classes: 2 } });
  });

  it('mixes features and labels by the same parts', () => {
    const { values, labels } = drawBatch({ ...source, mixup: 1 }, rows, new Random(3));
    const mixed = [0, 1, 2].filter((i) => ![0, 15, 35].includes(values[2 * i]!));
    expect(mixed.length).toBeGreaterThan(0);
    for (let i = 0; i < 3; i++) expect(labels.scores[2 * i]! + labels.scores[2 * i + 1]!).toBeCloseTo(1, 6);
    const own = labels.scores[0]!;
    expect(own).toBeGreaterThanOrEqual(0.5);
    if (own < 1) expect([15, 35].some((other) => Math.abs(values[0]! - (1 - own) * other) < 1e-4)).toBe(true);
  });

  it('hears several teachers as their mean', () => {
    expect([...meanLogits([Float32Array.of(1, 2), Float32Array.of(3, -2)])]).toEqual([2, 0]);
  });
});
