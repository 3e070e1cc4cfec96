// Float graph → int8 graph: fold → fuse → clean → calibrate → quantize. Verified before and after.
import { calibrate } from './calibrate.js';
import type { Graph } from './graph/graph.js';
import { verify } from './ops/verify.js';
import { foldBatchNormalization } from './passes/fold_batch_normalization.js';
import { fuseActivations } from './passes/fuse_activations.js';
import { nameOutputs } from './passes/name_outputs.js';
import { removeDeadTensors } from './passes/remove_dead_tensors.js';
import { quantize, type FixedQuantization } from './quantize.js';

export interface ConvertOptions {
  /** float32 inputs as the model will see them. */
  calibration: Iterable<Float32Array>;
  /** Of the model's input, where it is known: then features go in as they are. Left out: by calibration. */
  inputQuantization?: FixedQuantization;
  /** Kept in the .tflite beside what the graph has. */
  metadata?: ReadonlyMap<string, Uint8Array>;
}

/** @throws KilnError `graph-…`, `batch-normalization-unfolded`, `op-unsupported`, `calibration-invalid`. */
export function convert(float: Graph, { calibration, inputQuantization, metadata }: ConvertOptions): Graph {
  verify(float);
  const lowered = lower(float);
  const ranges = calibrate(lowered, calibration);
  const int8 = quantize(lowered, ranges, inputQuantization);
  const graph = { ...int8, metadata: new Map([...int8.metadata, ...(metadata ?? [])]) };
  verify(graph);
  return graph;
}

/** The float graph that is quantized: normalization folded, activations fused. */
export function lower(float: Graph): Graph {
  return [foldBatchNormalization, fuseActivations, removeDeadTensors, nameOutputs].reduce(
    (graph, pass) => pass(graph),
    float,
  );
}
