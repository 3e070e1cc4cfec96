// model.h and model.c: a model as plain C, no interpreter: constants, one static arena, one call for each layer.
import type { Graph, Op, Tensor } from '../graph/graph.js';
import { offsetOf, type MemoryPlan } from '../memory/plan.js';
import { shortName } from './identifiers.js';
import type { CField, CFields, KernelCall } from './kernel_call.js';
import { arrayLiteral, COLUMNS, comment, fill, float32, integer } from './literals.js';

export interface Layer {
  /** What its C names begin with. */
  name: string;
  op: Op;
  /** Undefined where the op needs no code: its output is its input. */
  call: KernelCall | undefined;
}

export interface ModelSource {
  /** Prefix of everything that is exported: a C identifier. */
  name: string;
  /** First 16 hexadecimal digits of the .tflite's SHA-256. */
  hash: string;
  graph: Graph;
  plan: MemoryPlan;
  layers: readonly Layer[];
}

export function modelHeader({ name, hash, graph, plan }: ModelSource): string {
  const macro = name.toUpperCase();
  const [input, output] = [graph.tensors[graph.inputs[0]!]!, graph.tensors[graph.outputs[0]!]!];
  return `/* ${name}: a model compiled to C by tinykiln. Generated; a change here is lost with the next build. */
#ifndef ${macro}_MODEL_H
#define ${macro}_MODEL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* First 16 digits of the SHA-256 of the .tflite that this was made of. */
#define ${macro}_MODEL_HASH "${hash}"

/* Bytes of working memory in model.c, statically allocated: all that an inference needs beside its stack. */
#define ${macro}_ARENA_SIZE ${plan.arenaBytes}

${endDefines(macro, 'INPUT', input)}
${endDefines(macro, 'OUTPUT', output)}
/* Prepares the model; call it once. */
void ${name}_init(void);

/* The input, to be filled before each inference, which overwrites it. */
int8_t *${name}_input(void);

/* One inference. */
void ${name}_invoke(void);

/* The output, valid until the next input is filled in. */
const int8_t *${name}_output(void);

#ifdef __cplusplus
}
#endif

#endif
`;
}

function endDefines(macro: string, end: 'INPUT' | 'OUTPUT', { shape, quantization }: Tensor): string {
  const { scale, zeroPoint } = quantization!;
  return `/* ${end.toLowerCase()} [${shape.join(', ')}]: real value = scale * (element - zero point). */
#define ${macro}_${end}_SIZE ${shape.reduce((product, n) => product * n, 1)}
#define ${macro}_${end}_SCALE ${float32(scale[0]!)}
#define ${macro}_${end}_ZERO_POINT (${zeroPoint[0]})
`;
}

export function modelSource({ name, graph, plan, layers }: ModelSource): string {
  const macro = name.toUpperCase();
  const at = (tensor: number) => `arena.bytes + ${offsetOf(plan, tensor)}`;
  return `/* ${name}: a model compiled to C by tinykiln. Generated; a change here is lost with the next build. */
#include "model.h"

#include "tk_runtime.h"

/* Tensors that are not needed at the same time share bytes. */
static union {
  int8_t bytes[${macro}_ARENA_SIZE];
  int32_t alignment;
} arena;

${layers.map((layer) => layerSource(layer, graph, at)).join('')}void ${name}_init(void) {}

int8_t *${name}_input(void) {
  return ${at(graph.inputs[0]!)};
}

const int8_t *${name}_output(void) {
  return ${at(graph.outputs[0]!)};
}

void ${name}_invoke(void) {
${layers.map((layer) => (layer.call ? `  ${layer.name}_run();\n` : '')).join('')}}
`;
}

type Place = (tensor: number) => string;

function layerSource({ name, op, call }: Layer, graph: Graph, at: Place): string {
  const shapes = [op.inputs[0]!, op.outputs[0]!].map((tensor) => `[${graph.tensors[tensor]!.shape.join(', ')}]`);
  const place = call ? '' : ', in place';
  const title = `/* ${op.opcode} ${comment(shortName(op.name))}: ${shapes.join(' -> ')}${place} */\n`;
  if (!call) return `${title}\n`;
  const inFull = (array: string) => `${name}_${array}`;
  const arrays = call.arrays.map(({ name: array, type, values }) => arrayLiteral(type, inFull(array), values)).join('');
  const params = call.kernel.replace(/_s8$/, '_params');
  const operands = ['&params', at(op.inputs[0]!), ...call.operands.map(inFull), at(op.outputs[0]!)];
  return `${title}${arrays}static void ${name}_run(void) {
  static const ${params} params = {
${structFields(call.params, inFull, '    ')}  };
${callStatement(call.kernel, operands)}}

`;
}

/** Designated initialisers: numbers and arrays side by side, a struct within on lines of its own. */
function structFields(fields: CFields, inFull: (array: string) => string, indent: string): string {
  let source = '';
  let flat: string[] = [];
  const flush = () => {
    if (flat.length > 0) source += fill(flat, indent);
    flat = [];
  };
  for (const [name, field] of Object.entries(fields)) {
    if (typeof field === 'number') flat.push(`.${name} = ${integer(field)},`);
    else if (isArray(field)) flat.push(`.${name} = ${inFull(field.array)},`);
    else {
      flush();
      source += `${indent}.${name} = {\n${structFields(field, inFull, `${indent}  `)}${indent}},\n`;
    }
  }
  flush();
  return source;
}

function isArray(field: Exclude<CField, number>): field is { array: string } {
  return typeof field['array'] === 'string';
}

function callStatement(kernel: string, operands: readonly string[]): string {
  const line = `  ${kernel}(${operands.join(', ')});\n`;
  if (line.length <= COLUMNS) return line;
  const items = operands.map((operand, i) => `${operand}${i < operands.length - 1 ? ',' : ');'}`);
  return `  ${kernel}(\n${fill(items, '      ')}`;
}
