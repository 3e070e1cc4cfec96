// The ways in which a float graph can be quantized, and which of them errs least at the graph's outputs.
import { calibrate, feed, type Distributions } from './calibrate.js';
import type { Graph } from './graph/graph.js';
import { GraphInterpreter } from './interpreter.js';
import { observeLayerInputs, type LayerInputs } from './layer_inputs.js';
import { Expectation, int8Runner, judgedTensors } from './output_error.js';
import { equalizeLayers } from './passes/equalize_layers.js';
import { quantize, type GivenScales, type Quantized } from './quantize.js';
import { PLAINEST, type Method, type MethodChoice } from './quantization/method.js';
import { decibels } from './quantization/noise.js';
import { inputsWithin, isStateful } from './samples.js';

export interface Found extends Quantized {
  method: Method;
  distributions: Distributions;
  /** The float graph that was quantized: the same function, tensor by tensor. */
  reference: Graph;
}

/** Inputs on which ways are compared. */
const SAMPLES = 256;
/** Multiply-accumulates of all samples together: some tenths of a second. */
const MAX_MACS = 2e8;

/** Values to try instead of the plainest, in this order, and the dB that they have to gain. */
const TRIALS: readonly { change: Partial<Method>; gain: number }[] = [
  { change: { biasCorrection: true }, gain: 0 },
  { change: { biasCorrection: true, compensation: true }, gain: 0 },
  { change: { dense: 'per-channel' }, gain: 2 },
  { change: { equalization: 'weights' }, gain: 0.3 },
  { change: { equalization: 'activations' }, gain: 0.3 },
  { change: { ranges: 'least-error' }, gain: 0.5 },
];

/**
 * Tries one change after the other, each on the best way so far. Training followed the plainest, and
 * equalization would move the ranges from where it had them.
 * @param graph float32, lowered
 * @param inputs as `calibrate` wants them
 */
export function findQuantization(
  graph: Graph,
  inputs: readonly Float32Array[],
  choice: MethodChoice,
  given: GivenScales,
): Found {
  const distributions = calibrate(graph, inputs);
  const wanted = Object.fromEntries(
    Object.entries(choice).filter(([, value]) => value !== undefined && value !== 'auto'),
  );
  let method: Method = { ...PLAINEST, ...wanted, ...(given.trained && { equalization: 'none' }) };
  const open = TRIALS.filter(({ change }) => Object.keys(change).every((property) => !(property in wanted)));
  const trials = given.trained ? [] : open;
  const samples = inputsWithin(MAX_MACS, graph, inputs, SAMPLES);
  if (trials.length > 0) method = new Search(graph, samples, distributions, given).improve(method, trials);
  const whole = new Variants(graph, samples, inputs, distributions);
  const { graph: reference, distributions: measured } = whole.of(method.equalization);
  return { ...whole.quantize(method, given), method, reference, distributions: measured };
}

/** Measures on every second sample what was fitted to the others. */
class Search {
  private readonly variants: Variants;
  private readonly expected: Expectation;

  constructor(
    graph: Graph,
    samples: readonly Float32Array[],
    distributions: Distributions,
    private readonly given: GivenScales,
  ) {
    const whole = samples.length < 2 || isStateful(graph);
    const [fitted, measured] = [0, 1].map((part) => samples.filter((_, i) => whole || i % 2 === part));
    this.variants = new Variants(graph, fitted!, samples, distributions);
    this.expected = new Expectation(graph, judgedTensors(graph), measured!);
  }

  improve(method: Method, trials: typeof TRIALS): Method {
    let [best, sqnr] = [method, this.sqnr(method)];
    for (const { change, gain } of trials) {
      const candidate = { ...best, ...change };
      const found = this.sqnr(candidate);
      if (found >= sqnr + gain) [best, sqnr] = [candidate, found];
    }
    return best;
  }

  private sqnr(method: Method): number {
    const { graph } = this.variants.quantize(method, this.given);
    return decibels(1, this.expected.noise(int8Runner(graph, this.expected.tensors)));
  }
}

/** A float graph with what was measured of it. */
interface Variant {
  graph: Graph;
  distributions: Distributions;
  layerInputs?: LayerInputs;
}

/** The graph with its layers equalized or not, each measured once. */
class Variants {
  private readonly known = new Map<Method['equalization'], Variant>();

  /**
   * @param fitted inputs for channels' ranges and layers' inputs
   * @param inputs for the distributions of equalized activations
   * @param distributions of the graph as it is
   */
  constructor(
    private readonly graph: Graph,
    private readonly fitted: readonly Float32Array[],
    private readonly inputs: readonly Float32Array[],
    distributions: Distributions,
  ) {
    this.known.set('none', { graph, distributions });
  }

  of(equalization: Method['equalization']): Variant {
    const known = this.known.get(equalization);
    if (known) return known;
    const ranges = equalization === 'activations' ? channelRanges(this.graph, this.fitted) : undefined;
    const graph = equalizeLayers(this.graph, ranges);
    const variant = { graph, distributions: calibrate(graph, this.inputs) };
    this.known.set(equalization, variant);
    return variant;
  }

  quantize({ equalization, biasCorrection, compensation, ...method }: Method, given: GivenScales): Quantized {
    const variant = this.of(equalization);
    if (biasCorrection || compensation) variant.layerInputs ??= observeLayerInputs(variant.graph, this.fitted);
    const { graph, distributions, layerInputs = new Map() } = variant;
    return quantize(graph, distributions, {
      ...{ ...method, ...given, layerInputs },
      ...{ correctBias: biasCorrection, compensate: compensation },
    });
  }
}

/** The largest magnitude of each channel of every activation. */
function channelRanges(graph: Graph, inputs: readonly Float32Array[]): (tensor: number) => Float64Array {
  const interpreter = new GraphInterpreter(graph);
  const written = graph.ops.flatMap(({ outputs }) => outputs);
  const ranges = new Map(written.map((index) => [index, new Float64Array(graph.tensors[index]!.shape.at(-1) ?? 1)]));
  for (const input of inputs) {
    feed(interpreter, input);
    interpreter.invoke();
    for (const [tensor, largest] of ranges) {
      (interpreter.value(tensor) as Float32Array).forEach((value, i) => {
        const channel = i % largest.length;
        largest[channel] = Math.max(largest[channel]!, Math.abs(value));
      });
    }
  }
  return (tensor) => ranges.get(tensor)!;
}
