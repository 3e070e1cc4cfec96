// The wasm kernels of training against tfjs' plain JavaScript, and how a backend starts.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { KilnError } from '../../base/errors.js';
import { packageRoot } from '../../base/files.js';
import { Random } from '../../base/random.js';
import { startBackend, type BackendName } from '../../trainer/backends/backend.js';
import { batchNorm } from '../../trainer/backends/batch_norm.js';
import { KERNELS_BASE64, KERNELS_SHA256, SOURCE_SHA256 } from '../../trainer/backends/wasm/kernels_wasm.js';

const TOLERANCE = 1e-5;

type Operation = (...tensors: tf.Tensor[]) => tf.Tensor;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

function randomArray(shape: number[], random: Random, offset = 0): Float32Array {
  return Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal() + offset);
}

/** An operation's output and its gradients in every input, for a random gradient of the output. */
async function outputAndGradients(backend: BackendName, operation: Operation, inputs: [Float32Array, number[]][]) {
  await startBackend(backend, () => {});
  return tf.tidy(() => {
    const tensors = inputs.map(([values, shape]) => tf.tensor(values, shape));
    const y = operation(...tensors);
    const dy = tf.tensor(randomArray(y.shape, new Random(7)), y.shape);
    return [y, ...tf.grads(operation)(tensors, dy)].map((tensor) => tensor.dataSync().slice());
  });
}

/** The largest difference over the largest value. */
function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, largest] = [0, Number.MIN_VALUE];
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(found[i]! - expected[i]!));
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return found.length === expected.length ? difference / largest : Infinity;
}

async function expectEqualToCpu(operation: Operation, shapes: number[][]): Promise<void> {
  const random = new Random(3);
  const inputs = shapes.map((shape): [Float32Array, number[]] => [randomArray(shape, random), shape]);
  const expected = await outputAndGradients('cpu', operation, inputs);
  const found = await outputAndGradients('wasm', operation, inputs);
  found.forEach((values, i) => expect(relativeError(values, expected[i]!)).toBeLessThan(TOLERANCE));
}

const STRIDES: [number, number][] = [
  [1, 1],
  [2, 2],
  [2, 1],
];
const CASES = STRIDES.flatMap((stride) => (['same', 'valid'] as const).map((pad) => [stride, pad] as const));

describe('the committed wasm', () => {
  it('was built from the committed C', () => {
    const source = readFileSync(join(packageRoot(), 'trainer', 'backends', 'wasm', 'kernels.c'));
    expect(SOURCE_SHA256).toBe(sha256(source));
    expect(KERNELS_SHA256).toBe(sha256(Buffer.from(KERNELS_BASE64, 'base64')));
  });
});

describe('wasm kernels equal tfjs cpu', () => {
  describe.each(CASES)('stride %j, %s', (stride, pad) => {
    it.each([
      ['a pointwise convolution', [3, 7, 5, 8], [1, 1, 8, 16]],
      ['channels that fill no vector', [2, 7, 5, 3], [1, 1, 3, 13]],
      ['a first convolution', [2, 21, 9, 1], [10, 4, 1, 8]],
      ['3 × 3, many channels', [2, 9, 6, 5], [3, 3, 5, 12]],
      ['an even kernel', [1, 6, 6, 4], [2, 2, 4, 4]],
    ])('conv2d: %s', (_name, x, filter) =>
      expectEqualToCpu((a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, pad), [x, filter]),
    );

    it.each([
      ['3 × 3', [2, 9, 6, 8], [3, 3, 8, 1]],
      ['channels that fill no vector', [3, 8, 5, 5], [3, 3, 5, 1]],
      ['a kernel of the size of the image', [2, 4, 4, 4], [4, 4, 4, 1]],
    ])('depthwise: %s', (_name, x, filter) =>
      expectEqualToCpu((a, b) => tf.depthwiseConv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, pad), [x, filter]),
    );
  });

  it.each([
    ['with ReLU', true, 8],
    ['without', false, 8],
    ['with ReLU, 5 channels', true, 5],
  ])('batch normalization %s', (_name, relu, channels) =>
    expectEqualToCpu(
      (x, gamma, beta) => batchNorm({ x, gamma, beta }, { epsilon: 1e-3, relu }).y,
      [[4, 9, 5, channels], [channels], [channels]],
    ),
  );

  it('batch moments keep their digits far from zero', async () => {
    const shape = [4, 25, 5, 8];
    const x = randomArray(shape, new Random(5), 100);
    const moments = async (backend: BackendName) => {
      await startBackend(backend, () => {});
      return tf.tidy(() => {
        const inputs = { x: tf.tensor(x, shape), gamma: tf.ones([8]), beta: tf.zeros([8]) };
        const { mean, variance } = batchNorm(inputs, { epsilon: 1e-3, relu: false });
        return [mean.dataSync(), variance.dataSync()];
      });
    };
    const expected = await moments('cpu');
    (await moments('wasm')).forEach((values, i) => {
      expect(relativeError(values, expected[i]!)).toBeLessThan(TOLERANCE);
    });
  });

  it('refuses what they do not compute', async () => {
    await startBackend('wasm', () => {});
    const x = tf.ones([1, 5, 5, 2]) as tf.Tensor4D;
    const filter = tf.ones([3, 3, 2, 2]) as tf.Tensor4D;
    expect(() => tf.conv2d(x, filter, 1, 'same', 'NHWC', 2)).toThrow('dilation 1');
  });
});

describe('startBackend', () => {
  beforeAll(async () => void (await startBackend('wasm', () => {})));

  it('leaves no handlers on the process', () => {
    const names = process.listeners('unhandledRejection').map(String);
    expect(names.filter((text) => text.includes('throw reason'))).toEqual([]);
  });

  it('takes the fastest without a notice', async () => {
    const notices: string[] = [];
    const name = await startBackend(undefined, (text) => notices.push(text));
    expect(name).toBe(isInstalled('@tensorflow/tfjs-node') ? 'tfjs-node' : 'wasm');
    expect(notices).toEqual([]);
  });

  it.skipIf(isInstalled('@tensorflow/tfjs-node'))('names a backend that does not start', async () => {
    const failure = await startBackend('tfjs-node', () => {}).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(KilnError);
    expect((failure as KilnError).code).toBe('backend-unavailable');
    expect((failure as KilnError).message).toContain('tfjs-node');
  });
});
