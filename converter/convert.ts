// Float graph → int8 graph: fold → fuse → clean → find the best quantization. Verified before and after.
import { KilnError } from '../base/errors.js';
import type { Graph } from './graph/graph.js';
import { quoted } from './graph/print.js';
import { verify } from './ops/verify.js';
import { addBiases } from './passes/add_biases.js';
import { averageAsMean } from './passes/average_as_mean.js';
import { foldBatchNormalization } from './passes/fold_batch_normalization.js';
import { fuseActivations } from './passes/fuse_activations.js';
import { nameOutputs } from './passes/name_outputs.js';
import { removeDeadTensors } from './passes/remove_dead_tensors.js';
import { sinkReshapes } from './passes/sink_reshapes.js';
import type { MethodChoice } from './quantization/method.js';
import type { ValueRange } from './quantization/scales.js';
import { findQuantization, type Found } from './quantization_search.js';
import type { FixedQuantization } from './scale_groups.js';

export interface ConvertOptions {
  /**
   * float32 inputs as the model will see them, each an array of its own. Where the model has several inputs, the values
   * of all of them, one input behind the other in the model's order.
   */
  calibration: Iterable<Float32Array>;
  /** Of the model's inputs, where it is known: then features go in as they are. Left out: by calibration. */
  inputQuantization?: FixedQuantization;
  /**
   * What quantization-aware training rounded to, by layer, as `trainedRanges` reads it: these ranges stand before
   * calibration, and what `method` leaves out is as the training had it.
   */
  ranges?: ReadonlyMap<string, ValueRange> | undefined;
  /** How to quantize; what is left out is chosen by the error that it leaves at the outputs. */
  method?: MethodChoice;
  /** Kept in the .tflite beside what the graph has. */
  metadata?: ReadonlyMap<string, Uint8Array>;
}

/** @throws KilnError `graph-…`, `op-unsupported`, `calibration-invalid`, `ranges-invalid`. */
export function convert(float: Graph, options: ConvertOptions): Graph {
  return convertInDetail(float, options).graph;
}

/** The same, with what was chosen and the float graph that the int8 graph is to be compared with. */
export function convertInDetail(
  float: Graph,
  { calibration, inputQuantization, ranges, method = {}, metadata }: ConvertOptions,
): Found {
  verify(float);
  const lowered = lower(float);
  if (ranges) expectLayers(ranges, lowered);
  const given = { input: inputQuantization, trained: ranges };
  const found = findQuantization(lowered, [...calibration], method, given);
  const graph = { ...found.graph, metadata: new Map([...found.graph.metadata, ...(metadata ?? [])]) };
  verify(graph);
  return { ...found, graph };
}

function expectLayers(ranges: ReadonlyMap<string, ValueRange>, { name, tensors }: Graph): void {
  const known = new Set(tensors.map((tensor) => tensor.name));
  const stray = [...ranges.keys()].find((layer) => !known.has(layer));
  if (stray === undefined) return;
  const what = `there is a trained range for ${quoted(stray)}, and it has no layer of that name`;
  throw new KilnError('ranges-invalid', {
    where: name,
    what,
    todo: 'Take the ranges from the training of this model.',
  });
}

/** The float graph that is quantized: normalization folded, activations fused, a bias for every convolution, means. */
export function lower(float: Graph): Graph {
  const passes = [
    sinkReshapes,
    foldBatchNormalization,
    fuseActivations,
    addBiases,
    averageAsMean,
    removeDeadTensors,
    nameOutputs,
  ];
  return passes.reduce((graph, pass) => pass(graph), float);
}
