// model.h and model.c: a model as plain C, no interpreter: constants, one static arena, one function for each layer.
import { byteSize, elements, type DType, type Graph, type Op, type Tensor } from '../graph/graph.js';
import { aligned, ALIGNMENT, offsetOf, scratchOffset, type ArenaMove, type MemoryPlan } from '../memory/plan.js';
import { shortName } from './identifiers.js';
import type { CArgument, CField, CFields, KernelCall } from './kernel_call.js';
import { arrayLiteral, C_TYPES, COLUMNS, comment, fill, float32, integer, type CType } from './literals.js';

export interface Layer {
  /** What its C names begin with. */
  name: string;
  op: Op;
  /** In order; none where its output is its input. */
  calls: readonly KernelCall[];
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

const TENSOR_TYPES: Readonly<Partial<Record<DType, CType>>> = {
  int8: 'int8_t',
  int16: 'int16_t',
  int32: 'int32_t',
  float32: 'float',
};

/** The C type of a tensor's elements, or undefined where the compiled runtime has none. */
export function elementType({ dtype }: Tensor): CType | undefined {
  return TENSOR_TYPES[dtype];
}

/** The function that runs a layer. */
export function runFunction(layer: string): string {
  return `${layer}_run`;
}

/** An input or output of the model: `input`, or `input_0`, `input_1` … where there are several. */
interface End {
  name: string;
  tensor: Tensor;
  index: number;
}

/** What callers fill and read: names as in the header, counts in elements, sizes in bytes. */
export interface ModelEnd {
  name: string;
  count: number;
  bytes: number;
}

export function modelEnds(role: 'input' | 'output', graph: Graph): ModelEnd[] {
  return endsOf(role, graph).map(({ name, tensor }) => ({
    name,
    count: elements(tensor.shape),
    bytes: byteSize(tensor),
  }));
}

function endsOf(role: 'input' | 'output', { tensors, inputs, outputs }: Graph): End[] {
  const indices = role === 'input' ? inputs : outputs;
  return indices.map((index, i) => ({
    name: indices.length === 1 ? role : `${role}_${i}`,
    tensor: tensors[index]!,
    index,
  }));
}

export function modelHeader({ name, hash, graph, plan }: ModelSource): string {
  const macro = name.toUpperCase();
  const [inputs, outputs] = [endsOf('input', graph), endsOf('output', graph)];
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

${[...inputs, ...outputs].map((end) => endDefines(macro, end)).join('\n')}
/* Prepares the model${hasVariables(graph) ? ' and clears its state' : ''}; call it once${hasVariables(graph) ? ', and where a new sequence begins' : ''}. */
void ${name}_init(void);

/* The input, to be filled before each inference, which overwrites it. */
${inputs.map((end) => `${typeOf(end)} *${name}_${end.name}(void);\n`).join('')}
/* One inference. */
void ${name}_invoke(void);

/* The output, valid until the next input is filled in. */
${outputs.map((end) => `const ${typeOf(end)} *${name}_${end.name}(void);\n`).join('')}
#ifdef __cplusplus
}
#endif

#endif
`;
}

function hasVariables({ tensors }: Graph): boolean {
  return tensors.some(({ isVariable }) => isVariable);
}

function typeOf({ tensor }: End): CType {
  return elementType(tensor)!;
}

function endDefines(macro: string, { name, tensor }: End): string {
  const { shape, quantization } = tensor;
  const prefix = `${macro}_${name.toUpperCase()}`;
  const size = `#define ${prefix}_SIZE ${elements(shape)}\n`;
  if (!quantization) return `/* ${name} [${shape.join(', ')}], ${elementType(tensor)} */\n${size}`;
  return `/* ${name} [${shape.join(', ')}]: real value = scale * (element - zero point). */
${size}#define ${prefix}_SCALE ${float32(quantization.scale[0]!)}
#define ${prefix}_ZERO_POINT (${quantization.zeroPoint[0]})
`;
}

export function modelSource(source: ModelSource): string {
  const { name, graph, plan, layers } = source;
  const macro = name.toUpperCase();
  const kernels = new Set(layers.flatMap(({ calls }) => calls.map(({ kernel }) => kernel.replace(/_s8$/, ''))));
  if (plan.moves.length > 0) kernels.add('tk_move');
  const place = new Places(graph, plan);
  const accessor = (end: End, places: Places) =>
    `${typeOf(end)} *${name}_${end.name}(void) {\n  return ${places.tensor(end.index)};\n}\n`;
  return `/* ${name}: a model compiled to C by tinykiln. Generated; a change here is lost with the next build. */
#include "model.h"

${systemHeaders(source)}${[...kernels]
    .sort()
    .map((kernel) => `#include "${kernel}.h"\n`)
    .join('')}
/* Tensors that are not needed at the same time share bytes. */
static union {
  int8_t bytes[${macro}_ARENA_SIZE];
  int32_t words[${macro}_ARENA_SIZE / 4];
} arena;

${layers.map((layer, index) => layerSource(layer, graph, place.in(index))).join('')}void ${name}_init(void) {${initSource(graph, plan)}}

${endsOf('input', graph)
  .map((end) => accessor(end, place))
  .join('\n')}
${endsOf('output', graph)
  .map((end) => `const ${accessor(end, place.in(graph.ops.length))}`)
  .join('\n')}
void ${name}_invoke(void) {
${layers.map((layer) => (layer.calls.length > 0 ? `  ${runFunction(layer.name)}();\n` : '')).join('')}}
`;
}

/** NULL's, where a call has no array for an argument; memset's, where there is state to clear. */
function systemHeaders({ graph, layers }: ModelSource): string {
  const calls = layers.flatMap((layer) => layer.calls);
  const names = [
    ...(calls.some((call) => call.arguments.includes(null)) ? ['stddef'] : []),
    ...(hasVariables(graph) ? ['string'] : []),
  ];
  return names.length > 0 ? `${names.map((name) => `#include <${name}.h>\n`).join('')}\n` : '';
}

/** Where things lie in the arena before the first op, or during one, as C expressions. */
class Places {
  constructor(
    private readonly graph: Graph,
    private readonly plan: MemoryPlan,
    private readonly op = -1,
  ) {}

  /** Those of one op, by its number; the number of ops is for after the last. */
  in(op: number): Places {
    return new Places(this.graph, this.plan, op);
  }

  /** What has to be moved before the op. */
  moves(): ArenaMove[] {
    return this.plan.moves.filter(({ op }) => op === this.op);
  }

  tensor(index: number): string {
    return pointer(elementType(this.graph.tensors[index]!)!, offsetOf(this.plan, index, this.op));
  }

  scratch({ scratch = [] }: KernelCall, number: number): string {
    const before = scratch.slice(0, number).reduce((sum, part) => sum + aligned(C_TYPES[part.type] * part.elements), 0);
    return pointer(scratch[number]!.type, scratchOffset(this.plan, this.op) + before);
  }
}

function pointer(type: CType, offset: number): string {
  const bytes = `arena.bytes + ${offset}`;
  return type === 'int8_t' ? bytes : `(${type} *)(void *)(${bytes})`;
}

/** State starts as real zero, which is the zero point. */
function initSource({ tensors }: Graph, plan: MemoryPlan): string {
  const lines = tensors.flatMap(({ isVariable, shape, dtype, quantization }, index) => {
    if (!isVariable) return [];
    const bytes = elements(shape) * C_TYPES[TENSOR_TYPES[dtype]!];
    const zero = dtype === 'int8' ? (quantization?.zeroPoint[0] ?? 0) : 0;
    return [`  memset(arena.bytes + ${offsetOf(plan, index, -1)}, ${integer(zero)}, ${bytes});\n`];
  });
  return lines.length > 0 ? `\n${lines.join('')}` : '';
}

function layerSource({ name, op, calls }: Layer, graph: Graph, places: Places): string {
  const shapes = [op.inputs.find((index) => index >= 0 && !graph.tensors[index]!.data) ?? op.inputs[0]!, op.outputs[0]!]
    .map((tensor) => `[${graph.tensors[tensor]!.shape.join(', ')}]`)
    .join(' -> ');
  const title = `/* ${op.opcode} ${comment(shortName(op.name))}: ${shapes}${calls.length > 0 ? '' : ', in place'} */\n`;
  if (calls.length === 0) return `${title}\n`;
  const inFull = (array: string) => `${name}_${array}`;
  const arrays = calls.flatMap((call) => call.arrays);
  const literals = arrays.map(({ name: array, type, values }) => arrayLiteral(type, inFull(array), values)).join('');
  const body = calls.map((call, i) => callSource(call, calls.length > 1 ? `params_${i}` : 'params', inFull, places));
  const moves = places.moves().map(moveSource);
  return `${title}${literals}static void ${runFunction(name)}(void) {\n${moves.join('')}${body.join('')}}\n\n`;
}

function moveSource({ from, to, bytes }: ArenaMove): string {
  const [source, target, words] = [from, to, aligned(bytes)].map((n) => n / ALIGNMENT);
  return `  tk_move(arena.words + ${target}, arena.words + ${source}, ${words});\n`;
}

type InFull = (array: string) => string;

function callSource(call: KernelCall, params: string, inFull: InFull, places: Places): string {
  const argument = (a: CArgument) => {
    if (a === null) return 'NULL';
    if ('array' in a) return inFull(a.array);
    return 'tensor' in a ? places.tensor(a.tensor) : places.scratch(call, a.scratch);
  };
  return `  static const ${call.kernel.replace(/_s8$/, '_params')} ${params} = {
${structFields(call.params, inFull, '    ')}  };
${callStatement(call.kernel, [`&${params}`, ...call.arguments.map(argument)])}`;
}

/** Designated initialisers: numbers and arrays side by side, a struct within on lines of its own. */
function structFields(fields: CFields, inFull: InFull, indent: string): string {
  let source = '';
  let flat: string[] = [];
  const flush = () => {
    if (flat.length > 0) source += fill(flat, indent);
    flat = [];
  };
  for (const [name, field] of Object.entries(fields)) {
    if (typeof field === 'number') flat.push(`.${name} = ${integer(field)},`);
    else if (isArray(field)) flat.push(`.${name} = ${inFull(field.array)},`);
    else if (isFloat(field)) flat.push(`.${name} = ${float32(field.float)},`);
    else {
      flush();
      source += `${indent}.${name} = {\n${structFields(field, inFull, `${indent}  `)}${indent}},\n`;
    }
  }
  flush();
  return source;
}

function isArray(field: Exclude<CField, number>): field is { array: string } {
  return 'array' in field && typeof field.array === 'string';
}

function isFloat(field: Exclude<CField, number>): field is { float: number } {
  return 'float' in field && typeof field.float === 'number';
}

function callStatement(kernel: string, operands: readonly string[]): string {
  const line = `  ${kernel}(${operands.join(', ')});\n`;
  if (line.length <= COLUMNS) return line;
  const items = operands.map((operand, i) => `${operand}${i < operands.length - 1 ? ',' : ');'}`);
  return `  ${kernel}(\n${fill(items, '      ')}`;
}
