// `kiln mlperf` against our firmware on a virtual board: what it reports, and what it gives as exit code.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import { joinTensors } from '../../base/bytes.js';
import type { Accuracy, Performance } from '../../device/mlperf.js';
import { kiln } from '../cli/kiln.js';
import { runTiny, TINY } from '../firmware/tiny_model.js';
import { Workbench } from './workbench.js';

const bench = new Workbench();
const tensors = join(bench.folder, 'tensors.bin');
const labels = join(bench.folder, 'labels.txt');
const COUNT = 12;
let port: string;

beforeAll(async () => {
  const { elf } = await bench.build();
  ({ port } = await bench.start(elf));
  const random = new Random(5);
  const inputs = Array.from({ length: COUNT }, () => Int8Array.from({ length: TINY.inputSize }, () => random.integer(256))); // prettier-ignore
  writeFileSync(tensors, joinTensors(inputs));
  // The model's own answer is the class of all but three.
  writeFileSync(
    labels,
    inputs.map((input, i) => (highest(runTiny(input)) + Number(i < 3)) % TINY.outputSize).join('\n'),
  );
});

afterAll(() => bench.clear());

/** Thousandths tell all outputs apart that differ: a step is 1/256. */
function highest(output: Int8Array): number {
  return output.indexOf(Math.max(...output));
}

const mlperf = (...argv: string[]) => kiln('mlperf', ...argv, '--port', port);
const LABELLED = ['--input', tensors, '--labels', labels];

describe('performance', () => {
  it('is measured without any data, as our firmware says how large its input is', async () => {
    const { code, out } = await mlperf('--seconds', '0.01', '--warmups', '2', '--json');
    expect(code).toBe(0);
    const result = JSON.parse(out) as Performance & Record<string, unknown>;
    expect(result).toMatchObject({
      mode: 'performance',
      name: 'tinykiln',
      model: 'tiny',
      virtual: true,
      longEnough: false,
    });
    expect(result.windows).toHaveLength(5);
    for (const { seconds, iterations } of result.windows) {
      expect(seconds).toBeGreaterThanOrEqual(0.01);
      expect(iterations).toBeGreaterThanOrEqual(10);
    }
    expect(result.latencyMs).toBeCloseTo(1000 / result.throughput, 9);
  });

  it('says of an emulator that it is one, and of short windows that they are short', async () => {
    const { out } = await mlperf('--iterations', '10', '--input', tensors);
    expect(out).toContain('tinykiln: tiny, ULPMark for tinyML Firmware V0.0.1, on ');
    expect(out).toMatch(/\n5 +10 +0\.\d{3} +\d+\.\d{3} *\n/);
    expect(out).toContain('notice: a window is shorter than 10 s: not for a submission');
    expect(out).toContain('notice: emulator: its clock counts instructions');
  });
});

describe('accuracy', () => {
  it('is that of the labels, in figures and in words', async () => {
    const { code, out } = await mlperf('accuracy', ...LABELLED, '--json');
    const { top1, predictions } = JSON.parse(out) as Accuracy;
    expect([code, top1, predictions.length]).toEqual([0, (COUNT - 3) / COUNT, COUNT]);
    expect((await mlperf('accuracy', ...LABELLED)).out).toContain('top-1 accuracy 75.0 % of 12 samples');
  });

  it('is 1 below what is required, and 0 at it', async () => {
    expect(await mlperf('accuracy', ...LABELLED, '--min-accuracy', '0.75')).toMatchObject({ code: 0 });
    const { code, out } = await mlperf('accuracy', ...LABELLED, '--min-accuracy', '0.76');
    expect(code).toBe(1);
    expect(out).toContain('--min-accuracy 0.76 is not reached: 0.7500');
  });

  it.each([
    [['--min-auc', '0.5'], '--min-auc: these samples and scores do not give it'],
    [['--min-accuracy', '90'], '--min-accuracy: 90 is more than all'],
  ])('refuses %j, which cannot be told', async (argv, message) => {
    const { code, err } = await mlperf('accuracy', ...LABELLED, '--vectors', '2', ...argv);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  it('wants labelled samples', async () => {
    const { code, err } = await mlperf('accuracy');
    expect([code, err]).toEqual([2, expect.stringContaining('accuracy is measured on labelled samples')]);
  });
});

describe('energy', () => {
  it('is not done, and says so', async () => {
    const { code, err } = await mlperf('energy');
    expect([code, err]).toEqual([2, expect.stringContaining('energy mode needs a power monitor')]);
  });
});
