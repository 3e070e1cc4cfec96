// The graph that C is made of: what a .tflite cannot hold, and a compiler can.
import type { Graph } from './graph/graph.js';
import { fusePadding } from './passes/fuse_padding.js';
import { removeDeadTensors } from './passes/remove_dead_tensors.js';

/** Every output keeps its bytes. */
export function lower(graph: Graph): Graph {
  return removeDeadTensors(fusePadding(graph));
}
