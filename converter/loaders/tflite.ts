// A .tflite of any kind as a graph to quantize or to compile: constants decoded, float ends left out.
import type { Graph } from '../graph/graph.js';
import { dequantizeWeights } from '../passes/dequantize_weights.js';
import { foldConstants } from '../passes/fold_constants.js';
import { stripFloatEnds } from '../passes/strip_float_ends.js';
import { readTflite } from '../tflite/reader.js';

/**
 * Float32, float16 and dynamic-range models come out as float32; an int8 model with int8 ends, whatever its file had.
 * @throws KilnError as `readTflite`
 */
export function loadTflite(bytes: Uint8Array, name: string): Graph {
  return prepared(readTflite(bytes, name));
}

/** What `loadTflite` makes of a file's graph as it stands. */
export function prepared(graph: Graph): Graph {
  return stripFloatEnds(dequantizeWeights(foldConstants(graph)));
}
