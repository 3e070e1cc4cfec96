// Functional models and all layers: the same numbers as tfjs, whatever feeds what.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import type { Graph } from '../../converter/graph/graph.js';
import { GraphInterpreter } from '../../converter/interpreter.js';
import { loadTfjsLayers } from '../../converter/loaders/tfjs_layers.js';
import { kerasNetwork, normal, type KerasNetwork } from './keras.js';
import { NETWORKS } from './networks.js';

const TOLERANCE = 2e-5;

function expectSameNumbers(graph: Graph, model: KerasNetwork): void {
  const interpreter = new GraphInterpreter(graph);
  const random = new Random(5);
  for (let i = 0; i < 3; i++) {
    const inputs = interpreter.inputs.map(({ length }) => normal(length, random));
    inputs.forEach((values, k) => (interpreter.inputs[k] as Float32Array).set(values));
    interpreter.reset();
    interpreter.invoke();
    const expected = model.predict(inputs);
    expect(interpreter.outputs.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
    const distances = expected.map((output, k) =>
      output.reduce((most, value, at) => Math.max(most, Math.abs(value - Number(interpreter.outputs[k]![at]))), 0),
    );
    expect(Math.max(...distances)).toBeLessThan(TOLERANCE);
  }
}

describe('functional models of tfjs', () => {
  it.each(Object.entries(NETWORKS))('%s', async (_name, build) => {
    const model = await kerasNetwork(build);
    expectSameNumbers(loadTfjsLayers(model.json, Buffer.from(model.weights), 'model.json'), model);
  });
});
