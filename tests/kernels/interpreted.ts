// The host interpreter on raw bytes: what the compiled C gets on its standard input, and gives on its output.
import type { TypedData } from '../../converter/graph/graph.js';
import type { Graph } from '../../converter/graph/graph.js';
import { GraphInterpreter } from '../../converter/interpreter.js';

/** One inference after the other, state and all. @param inputs the bytes of each inference's inputs */
export function interpreted(graph: Graph, inputs: readonly Int8Array[]): Int8Array[] {
  const interpreter = new GraphInterpreter(graph);
  return inputs.map((bytes) => {
    let at = 0;
    for (const input of interpreter.inputs) {
      bytesOf(input).set(bytes.subarray(at, (at += input.byteLength)));
    }
    interpreter.invoke();
    return joined(interpreter.outputs);
  });
}

function bytesOf({ buffer, byteOffset, byteLength }: TypedData): Int8Array {
  return new Int8Array(buffer, byteOffset, byteLength);
}

function joined(outputs: readonly TypedData[]): Int8Array {
  const all = new Int8Array(outputs.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const output of outputs) {
    all.set(bytesOf(output), at);
    at += output.byteLength;
  }
  return all;
}
