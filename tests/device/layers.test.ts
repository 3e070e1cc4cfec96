// Firmware that computes wrongly: a flipped bit of a weight or a bias is found in its layer, and told from the rest.
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectedOutputs, randomInputs } from '../../cli/board.js';
import type { Model } from '../../cli/model.js';
import { isStateful, modelView } from '../../cli/model_view.js';
import { compile } from '../../converter/compile.js';
import { elements, type Graph } from '../../converter/graph/graph.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { validate, type ValidateOptions } from '../../device/validate.js';
import { KERNEL_CASES } from '../kernels/cases.js';
import { withFlippedBit } from './patched_elf.js';
import { BOARD, Workbench } from './workbench.js';

function modelOf(graph: Graph): Model {
  const size = (tensor: number) => elements(graph.tensors[tensor]!.shape);
  const sizes = { inputSize: size(graph.inputs[0]!), outputSize: size(graph.outputs[0]!) };
  return { path: graph.name, bytes: writeTflite(graph), graph, ...sizes };
}

/** A graph's firmware, intact and damaged. */
class Specimen {
  readonly model: Model;
  readonly compiled;
  readonly bench: Workbench;
  private elf = '';

  constructor(graph: Graph) {
    this.model = modelOf(graph);
    this.compiled = compile(graph, { name: 'tiny', tflite: this.model.bytes, core: BOARD.kernels });
    this.bench = new Workbench(this.compiled.files);
  }

  async build(): Promise<void> {
    ({ elf: this.elf } = await this.bench.build());
  }

  /** Validates random vectors on firmware with a flipped bit. */
  async validate(flip?: { array: string; at: number; bit: number }, changes: Partial<ValidateOptions> = {}) {
    const elf = flip ? join(this.bench.folder, 'flipped.elf') : this.elf;
    if (flip) withFlippedBit(this.elf, flip.array, flip.at, flip.bit, elf);
    const { port } = await this.bench.start(elf);
    const inputs = randomInputs(12, this.model.inputSize);
    return validate({
      link: await this.bench.open(port),
      modelHash: this.compiled.modelHash,
      inputs,
      expected: expectedOutputs(this.model, inputs),
      stateful: isStateful(this.model.graph),
      viewOf: (plan) => modelView(this.model, inputs, plan),
      timeoutMs: 10_000,
      ...changes,
    });
  }

  /** The name of the array of a layer, by the layer's number. */
  array(layer: number, own: string): string {
    return this.compiled.layers[layer]!.function.replace(/_run$/, `_${own}`);
  }
}

describe('a flipped bit', () => {
  const net = new Specimen(KERNEL_CASES['ds_cnn']!['all_ops']!);
  beforeAll(() => net.build());
  afterEach(() => net.bench.closeLinks());
  afterAll(() => net.bench.clear());

  it('none is there: all vectors are equal, and no layer is named', async () => {
    const validation = await net.validate();
    expect(validation).toMatchObject({ vectors: 12, equal: 12, by: 'frames', compared: 'bytes' });
    expect(validation.layer).toBeUndefined();
    expect(validation.stack!.used).toBeGreaterThan(100);
    expect(validation.stack!.used).toBeLessThan(validation.stack!.reserved);
    expect(validation.arena).toEqual({ used: net.compiled.plan.arenaBytes, reserved: net.compiled.plan.arenaBytes });
  });

  it.each([
    [0, 'CONV_2D', 'weights', 20, 6],
    [1, 'DEPTHWISE_CONV_2D', 'weights', 25, 6],
    [2, 'CONV_2D', 'weights', 0, 7],
    [4, 'FULLY_CONNECTED', 'weights', 3, 7],
    [2, 'CONV_2D', 'bias', 2, 4],
    [0, 'CONV_2D', 'bias', 5, 3],
  ])('in layer %i (%s), in its %s', async (layer, opcode, own, at, bit) => {
    const validation = await net.validate({ array: net.array(layer, own), at, bit });
    expect(validation.equal).toBeLessThan(12);
    const finding = validation.layer as Record<string, unknown>;
    expect(finding).toMatchObject({ number: layer, opcode, index: validation.mismatches[0]!.index });
    expect(finding['expected']).toMatch(/^[0-9a-f]{2}$/);
    expect(finding['actual']).not.toBe(finding['expected']);
    expect(finding['differing']).toBeGreaterThan(0);
  });

  it('is not looked for where the firmware has another memory plan, and that is said', async () => {
    const flip = { array: net.array(0, 'weights'), at: 20, bit: 6 };
    const { layer } = await net.validate(flip, { viewOf: () => undefined });
    expect(layer).toMatchObject({ unknown: expect.stringContaining('memory plan') as string });
  });

  it('is not looked for by text, and that is said', async () => {
    const flip = { array: net.array(0, 'weights'), at: 20, bit: 6 };
    const { layer, by } = await net.validate(flip, { textOnly: true });
    expect(by).toBe('commands');
    expect(layer).toMatchObject({ unknown: expect.stringContaining('does not let its layers') as string });
  });
});

describe('a model with a state', () => {
  const svdf = new Specimen(KERNEL_CASES['svdf']!['usual']!);
  beforeAll(() => svdf.build());
  afterEach(() => svdf.bench.closeLinks());
  afterAll(() => svdf.bench.clear());

  it('is validated from its beginning, twice on one board', async () => {
    expect(await svdf.validate()).toMatchObject({ equal: 12 });
    const { port } = await svdf.bench.start(join(svdf.bench.project, 'build/firmware.elf'));
    for (let i = 0; i < 2; i++) {
      const inputs = randomInputs(3, svdf.model.inputSize);
      const link = await svdf.bench.open(port);
      const expected = expectedOutputs(svdf.model, inputs);
      const options = { link, inputs, expected, modelHash: svdf.compiled.modelHash, stateful: true, timeoutMs: 10_000 };
      expect(await validate(options)).toMatchObject({ equal: 3 });
      await svdf.bench.closeLinks();
    }
  });

  it('is brought to the state before the vector that differs', async () => {
    const names = svdf.compiled.files.find(({ path }) => path === 'model.c')!.text.matchAll(/(\w+)\[\d+\] = \{/g);
    const feature = [...names]
      .map(([, name]) => name!)
      .find((name) => name.endsWith('feature_weights') || name.endsWith('_feature'));
    const validation = await svdf.validate({ array: feature!, at: 3, bit: 6 });
    expect(validation.equal).toBeLessThan(12);
    expect(validation.layer).toMatchObject({ number: 0, opcode: 'SVDF' });
  });
});
