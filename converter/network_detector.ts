// An int8 network as a detector: features in spreads go in; the score is how badly it gives them back, or its one output.
import { KilnError } from '../base/errors.js';
import type { DetectorModel, NetworkModel } from '../base/detector_models.js';
import { clamp, roundShift, saturate } from '../base/fixed_point.js';
import { compile } from './compile.js';
import { channelScales, SCALE_FIELDS, scaleArrays, type ChannelScales } from './detectors/channel_scales.js';
import type { Detector, Scorer, StageC } from './detectors/detector.js';
import { detectorOf } from './detectors/table.js';
import { elements, type Graph, type Tensor } from './graph/graph.js';
import { GraphInterpreter } from './interpreter.js';
import { multiplyByQuantizedMultiplier } from './quantization/multiplier.js';
import { readTflite } from './tflite/reader.js';

/** Fraction bits of the score and of deviations in spreads, and of what the network is given of those. */
const SCORE_BITS = 8;
export const NETWORK_INPUT = { scale: 1 / 16, zeroPoint: 0 } as const;
const INPUT_SHIFT = 4;
/** Of a deviation before it is scaled, so that its factor stays below 1. */
const DEVIATION_BITS = 11;
/** Of the output's scale. */
const SCALE_BITS = 24;
const FARTHEST = 2 ** 15;

interface Fixed extends ChannelScales {
  reconstruction: boolean;
  graph: Graph;
  tflite: Uint8Array;
  outputScale: number;
  outputZero: number;
}

/**
 * Any detector.
 * @param features that it is given
 * @param prefix of the project's C
 * @throws KilnError `detector-invalid`, and of its .tflite
 */
export function detectorWithNetwork(model: DetectorModel, features: number, prefix: string): Detector {
  return model.kind === 'network' ? networkDetector(model, prefix) : detectorOf(model, features);
}

function networkDetector(model: NetworkModel, prefix: string): Detector {
  const fixed = quantize(model);
  return {
    input: { type: 'int16_t', count: fixed.means.length },
    outputs: 1,
    scoreBits: SCORE_BITS,
    start: () => scorer(fixed),
    get c() {
      return stage(fixed, `${prefix}_network`);
    },
  };
}

function quantize({ channels, output, tflite: text }: NetworkModel): Fixed {
  const tflite = Buffer.from(text, 'base64');
  const graph = readTflite(tflite, 'network');
  const reconstruction = output === 'reconstruction';
  const [input, given] = [only(graph, graph.inputs), only(graph, graph.outputs)];
  expectSize('input', input, channels.length);
  expectSize('output', given, reconstruction ? channels.length : 1);
  const { scale, zeroPoint } = given.quantization!;
  const [inputGrid] = input.quantization!.scale;
  if (
    inputGrid !== NETWORK_INPUT.scale ||
    input.quantization!.zeroPoint[0] !== NETWORK_INPUT.zeroPoint ||
    scale[0]! > 64
  ) {
    throw invalid(`its input has a step of ${inputGrid}, and ${NETWORK_INPUT.scale} of a spread is expected`);
  }
  return {
    ...channelScales(channels, SCORE_BITS - DEVIATION_BITS),
    ...{ reconstruction, graph, tflite },
    outputScale: Math.round(scale[0]! * 2 ** SCALE_BITS),
    outputZero: zeroPoint[0]!,
  };
}

function only({ tensors }: Graph, ends: readonly number[]): Tensor {
  const tensor = tensors[ends[0]!];
  if (ends.length === 1 && tensor?.dtype === 'int8' && tensor.quantization) return tensor;
  throw invalid('it has not one int8 input and one int8 output');
}

function expectSize(end: string, { shape }: Tensor, size: number): void {
  if (elements(shape) === size) return;
  throw invalid(`its ${end} has ${elements(shape)} elements, and ${size} are expected`);
}

function invalid(what: string): KilnError {
  return new KilnError('detector-invalid', { where: 'network', what, todo: 'Train it anew (`kiln train`).' });
}

function scorer({ graph, means, multipliers, shifts, reconstruction, outputScale, outputZero }: Fixed): Scorer {
  const network = new GraphInterpreter(graph);
  const [given, made] = [network.inputs[0]!, network.outputs[0]!];
  const spreads = new Int32Array(means.length);
  const value = (i: number) => roundShift((Number(made[i]!) - outputZero) * outputScale, SCALE_BITS - SCORE_BITS);
  return (input, output) => {
    means.forEach((mean, i) => {
      const deviation = (input[i]! - mean) * 2 ** DEVIATION_BITS;
      const scaled = multiplyByQuantizedMultiplier(deviation, multipliers[i]!, shifts[i]!);
      spreads[i] = clamp(scaled, -FARTHEST, FARTHEST - 1);
      given[i] = clamp(roundShift(spreads[i]!, INPUT_SHIFT), -128, 127);
    });
    network.invoke();
    const missed = spreads.reduce((sum, spread, i) => sum + (reconstruction ? (value(i) - spread) ** 2 : 0), 0);
    output[0] = saturate(reconstruction ? roundShift(missed, SCORE_BITS) : value(0));
  };
}

function stage({ graph, tflite, reconstruction, outputScale, outputZero, ...scales }: Fixed, name: string): StageC {
  const { files, plan, weightBytes } = compile(graph, { name, tflite });
  const textOf = (path: string) => files.find((file) => file.path === path)!.text;
  const features = scales.means.length;
  return {
    kernel: 'tk_network',
    params: {
      ...{ features, reconstruction: reconstruction ? 1 : 0, ...SCALE_FIELDS },
      ...{ output_scale: outputScale, output_zero: outputZero },
    },
    arrays: scaleArrays(scales),
    state: { type: 'int32_t', count: features, elementBytes: 4 },
    network: {
      name,
      source: textOf('model.c').replace('#include "model.h"\n', () => textOf('model.h')),
      constantBytes: weightBytes,
      memoryBytes: plan.arenaBytes,
    },
  };
}
