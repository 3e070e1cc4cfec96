// The kernels of each core by its own instructions, in the emulator: layers drawn at random equal the interpreter.
import { describe, expect, it } from 'vitest';
import { compile } from '../../converter/compile.js';
import { elements } from '../../converter/graph/graph.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { benchModel } from '../../device/bench.js';
import { findProgram } from '../../device/tools.js';
import { benchTargets } from '../../firmware-templates/index.js';
import { interpreted } from './interpreted.js';
import { randomInputs } from './random_graph.js';
import { randomLayers } from './random_layers.js';
import { expectSame } from './same.js';
import { sideBySide } from './side_by_side.js';

const LAYERS = 60;
const VECTORS = 3;
const tools = ['arm-none-eabi-gcc', 'qemu-system-arm'];

describe.skipIf(!tools.every((tool) => findProgram(tool)))('random layers', () => {
  const graph = sideBySide('layers', randomLayers(1000, LAYERS));
  const size = graph.inputs.reduce((sum, index) => sum + elements(graph.tensors[index]!.shape), 0);
  const vectors = randomInputs(7, VECTORS, size);
  const expected = interpreted(graph, vectors);
  const tflite = writeTflite(graph);

  it.each(benchTargets().map((target) => [target.name, target] as const))(
    'are the same on %s',
    { timeout: 120_000 },
    (_, target) => {
      for (const optimize of ['speed', 'size'] as const) {
        const { files, inputs, outputs } = compile(graph, { name: 'model', tflite, core: target.kernels, optimize });
        const options = { files, name: 'model', inputs, outputs, layers: [], target, vectors, optimization: '-O2' };
        const found = benchModel(options);
        expectSame(found.outputs, expected, `${target.name}, ${optimize}`);
        if (optimize === 'speed') expect(found.stackBound.unknown).toEqual([]);
        expect(found.stackBound.bytes).toBeGreaterThanOrEqual(found.stack);
      }
      expect(new Set(expected.map(String)).size).toBe(VECTORS);
    },
  );
});
