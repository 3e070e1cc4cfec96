// The inside of a model in its firmware: what each layer writes, where it lies, and what it has to be.
import { compile, type CompiledModel } from '../converter/compile.js';
import type { Core } from '../converter/codegen/kernel_call.js';
import { byteSize, elements, type Graph } from '../converter/graph/graph.js';
import { GraphInterpreter } from '../converter/interpreter.js';
import { offsetOf } from '../converter/memory/plan.js';
import { bytesOf } from '../device/frame_client.js';
import type { LayerView, ModelView } from '../device/layer_dump.js';
import type { Model } from './model.js';

const CORES: readonly Core[] = ['portable', 'dsp', 'mve'];

/** The view that belongs to a firmware's memory plan, or undefined where none of ours is that one. */
export function modelView(model: Model, inputs: readonly Int8Array[], plan: string): ModelView | undefined {
  for (const core of CORES) {
    const compiled = compile(model.graph, { name: 'model', tflite: model.bytes, core });
    if (compiled.planId === plan) return viewOf(compiled, inputs);
  }
  return undefined;
}

export function isStateful({ tensors }: Graph): boolean {
  return tensors.some(({ isVariable }) => isVariable);
}

/** Fills the inputs, which lie one after the other. */
export function feed({ inputs }: GraphInterpreter, values: Int8Array): void {
  let at = 0;
  for (const tensor of inputs) (tensor as Int8Array).set(values.subarray(at, (at += tensor.length)));
}

function viewOf({ graph, plan, layers }: CompiledModel, inputs: readonly Int8Array[]): ModelView {
  const outputs = (op: number): LayerView['outputs'] =>
    graph.ops[op]!.outputs.map((tensor) => ({
      name: graph.tensors[tensor]!.name,
      offset: offsetOf(plan, tensor, op),
      elementBytes: byteSize(graph.tensors[tensor]!) / elements(graph.tensors[tensor]!.shape),
    }));
  return {
    layers: layers.map(({ name, opcode, op }) => ({ name, opcode, outputs: outputs(op) })),
    expected(index) {
      const interpreter = new GraphInterpreter(graph);
      for (const input of inputs.slice(isStateful(graph) ? 0 : index, index + 1)) {
        feed(interpreter, input);
        interpreter.invoke();
      }
      return layers.map(({ op }) =>
        graph.ops[op]!.outputs.map((tensor) => bytesOf(interpreter.value(tensor) as Int8Array)),
      );
    },
  };
}
