// Measures what quantization costs, layer by layer, on real inputs.
import { feed, type Distributions } from './calibrate.js';
import type { Graph, Op, Quantization } from './graph/graph.js';
import { GraphInterpreter } from './interpreter.js';
import { weightRanges } from './ops/weight_rows.js';
import { dequantized, Expectation, feedQuantized, int8Runner } from './output_error.js';
import { decibels, Noise } from './quantization/noise.js';
import type { RangeChoice } from './quantization/range_choice.js';
import { ranked, type LayerReport, type QuantizationReport } from './quantization/report.js';
import { quantizeValues, type ValueRange } from './quantization/scales.js';
import { inputsWithin } from './samples.js';
import { activationsOf } from './scale_groups.js';
import { Simulation, type GraphPair } from './simulation.js';

/** What a conversion knows of its result. */
export interface Measurable extends GraphPair {
  distributions: Distributions;
  ranges: ReadonlyMap<number, RangeChoice>;
}

/** Multiply-accumulates of all runs of the net together: a second or two. */
const MAX_MACS = 3e8;

/** @param inputs as `calibrate` wants them; of many, some that are evenly apart */
export function measureLayers(found: Measurable, inputs: readonly Float32Array[]): QuantizationReport {
  const { graph, reference } = found;
  const samples = inputsWithin(MAX_MACS / (graph.ops.length + 2), reference, inputs);
  const noises = layerNoises(found, samples);
  const expected = new Expectation(reference, reference.outputs, samples);
  const simulated = simulatedNoise(found, expected);
  const layers = graph.ops.map((op, place) => ({
    name: op.name,
    opcode: op.opcode,
    ...noises[place]!,
    ...rangesOf(op, found),
    ...weightSpread(op, reference),
    cost: decibels(simulated, simulatedNoise(found, expected, place)),
  }));
  const sqnr = decibels(1, expected.noise(int8Runner(graph, graph.outputs)));
  return { inputs: samples.length, sqnr, layers: ranked(layers) };
}

/** Each op's outputs in the whole int8 net, by themselves, and what is clipped. */
function layerNoises({ graph, reference }: GraphPair, samples: readonly Float32Array[]) {
  const float = new GraphInterpreter(reference);
  const int8 = new GraphInterpreter(graph);
  const sources = sourcesOf(graph, reference);
  const real = (index: number) => float.value(sources.get(index) ?? index) as Float32Array;
  const alone = new GraphInterpreter(graph);
  const runAlone = lonelyOps(graph, alone, real);
  const meters = graph.ops.map(({ outputs }) => ({ whole: new Noise(), own: new Noise(), clipped: 0, outputs }));
  for (const sample of samples) {
    feed(float, sample);
    float.invoke();
    feedQuantized(int8, graph, sample);
    int8.invoke();
    meters.forEach((meter, place) => {
      runAlone(place);
      for (const index of meter.outputs) {
        const { quantization } = graph.tensors[index]!;
        meter.whole.add(real(index), dequantized(int8.value(index), quantization!));
        meter.own.add(real(index), dequantized(alone.value(index), quantization!));
        meter.clipped += countOutside(real(index), gridRange(quantization!), quantization!.scale[0]! / 2);
      }
    });
  }
  return meters.map(({ whole, own, clipped }) => ({
    sqnr: whole.sqnr,
    ownSqnr: own.sqnr,
    saturated: clipped / whole.count,
  }));
}

/** The tensor of the float net that an inserted QUANTIZE passes on, by what it writes. */
function sourcesOf(graph: Graph, reference: Graph): Map<number, number> {
  const inserted = graph.ops.filter(({ outputs }) => outputs[0]! >= reference.tensors.length);
  return new Map(inserted.map(({ inputs, outputs }) => [outputs[0]!, inputs[0]!]));
}

/** Runs one op, by its place, on the float net's values. */
function lonelyOps(graph: Graph, alone: GraphInterpreter, real: (index: number) => Float32Array): (op: number) => void {
  const inputs = graph.ops.map((op) => activationsOf(op, graph));
  return (op) => {
    for (const index of inputs[op]!) {
      const { quantization } = graph.tensors[index]!;
      (alone.value(index) as Int8Array).set(quantizeValues(real(index), quantization!));
    }
    alone.step(op);
  };
}

/** The real values of −128 and 127. */
function gridRange({ scale, zeroPoint }: Quantization): ValueRange {
  return { min: (-128 - zeroPoint[0]!) * scale[0]!, max: (127 - zeroPoint[0]!) * scale[0]! };
}

/** Values that lie farther outside than rounding would bring them back. */
function countOutside(values: Float32Array, { min, max }: ValueRange, tolerance: number): number {
  let count = 0;
  for (const value of values) if (value < min - tolerance || value > max + tolerance) count++;
  return count;
}

function rangesOf(
  { outputs }: Op,
  { graph, reference, distributions, ranges }: Measurable,
): Pick<LayerReport, 'range' | 'calibrated' | 'method'> {
  const source = sourcesOf(graph, reference).get(outputs[0]!) ?? outputs[0]!;
  const { min, max } = distributions.get(source)!;
  const range = gridRange(graph.tensors[outputs[0]!]!.quantization!);
  return { range, calibrated: { min, max }, method: ranges.get(outputs[0]!)?.method ?? 'fixed' };
}

function weightSpread({ outputs }: Op, reference: Graph): Pick<LayerReport, 'weightSpread'> {
  const op = reference.ops.find((original) => original.outputs[0] === outputs[0]);
  const ranges = op ? weightRanges(op, reference).filter((range) => range > 0) : [];
  return ranges.length > 0 ? { weightSpread: Math.max(...ranges) / Math.min(...ranges) } : {};
}

/** At the outputs, of the net in float arithmetic: rounded everywhere, or but for one op. */
function simulatedNoise(pair: GraphPair, expected: Expectation, spared?: number): number {
  const simulation = new Simulation(pair, spared);
  return expected.noise((input) => {
    simulation.invoke(input);
    return pair.graph.outputs.map((index) => simulation.value(index));
  });
}
