// model.h and model.c: a model as plain C, no interpreter: constants, one static arena, one function for each layer.
import { byteSize, elements, type Graph, type Tensor } from '../graph/graph.js';
import { offsetOf, type MemoryPlan } from '../memory/plan.js';
import { elementType } from './element_type.js';
import { layersSource, runFunction, type LayersSource } from './layers_c.js';
import { C_TYPES, float32, integer, type CType } from '../../base/c_literals.js';
import { Places } from './places.js';

export interface ModelSource extends LayersSource {
  /** Prefix of everything that is exported: a C identifier. */
  name: string;
  /** First 16 hexadecimal digits of the .tflite's SHA-256. */
  hash: string;
  /** Hex SHA-256 of the front end that the model was trained on, where its file says so. */
  frontend: string | undefined;
  /** Names the memory plan: a host that has the same one knows where each tensor lies. */
  planId: string;
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

export function modelHeader(source: ModelSource): string {
  const { name, hash, frontend, graph, plan, planId } = source;
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
${frontend ? frontendDefine(macro, frontend) : ''}
/* Bytes of working memory: all that an inference needs beside its stack. */
#define ${macro}_ARENA_SIZE ${plan.arenaBytes}

/* It is static in model.c. Or, where ${macro}_OWN_ARENA is defined when that is compiled, it is yours: define
 * ${name}_memory, in a section that you like, or as an alias of memory that others use between inferences. */
typedef union {
  int8_t bytes[${macro}_ARENA_SIZE];
  int32_t words[${macro}_ARENA_SIZE / 4];
} ${name}_arena_type;

/* Layers, and what knows where their tensors lie in that memory. */
#define ${macro}_LAYERS ${layersThatRun(source).length}
#define ${macro}_PLAN "${planId}"

${[...inputs, ...outputs].map((end) => endDefines(macro, end)).join('\n')}
/* Prepares the model${hasVariables(graph) ? ' and clears its state' : ''}; call it once${hasVariables(graph) ? ', and where a new sequence begins' : ''}. */
void ${name}_init(void);

/* The input, to be filled before each inference, which overwrites it. */
${inputs.map((end) => `${typeOf(end)} *${name}_${end.name}(void);\n`).join('')}
/* One inference. */
void ${name}_invoke(void);

/* A part of one: the layers from \`first\` up to \`end\`, which is not run. */
void ${name}_invoke_layers(int first, int end);

/* The working memory, to look into. */
uint8_t *${name}_arena(void);

/* The output, valid until the next input is filled in. */
${outputs.map((end) => `const ${typeOf(end)} *${name}_${end.name}(void);\n`).join('')}
#ifdef __cplusplus
}
#endif

#endif
`;
}

/** As frontend.h has it. */
function frontendDefine(macro: string, sha256: string): string {
  return `/* First 32 bits of that of the front end's spec that it was trained on. */
#define ${macro}_FRONTEND_HASH 0x${sha256.slice(0, 8)}u
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

const SIZE = `/* Kernels that are as small as they can be. */
#define TK_OPTIMIZE_SIZE

`;

/** Where inputs are filled and state is cleared, in the numbers of ops. */
const BEFORE_ALL = -1;

export function modelSource(source: ModelSource): string {
  const { name, graph, plan, layers, optimize } = source;
  const macro = name.toUpperCase();
  const kernels = new Set(layers.flatMap(({ calls }) => calls.map(({ kernel }) => kernel.replace(/_s8$/, ''))));
  if (plan.moves.length > 0) kernels.add('tk_move');
  const places = new Places(graph, plan);
  const accessor = (end: End, op: number) =>
    `${typeOf(end)} *${name}_${end.name}(void) {\n  return ${places.tensor(end.index, op)};\n}\n`;
  return `/* ${name}: a model compiled to C by tinykiln. Generated; a change here is lost with the next build. */
#include "model.h"

${systemHeaders(source)}${optimize === 'size' ? SIZE : ''}${[...kernels]
    .sort()
    .map((kernel) => `#include "${kernel}.h"\n`)
    .join('')}
/* Tensors that are not needed at the same time share bytes. */
#ifdef ${macro}_OWN_ARENA
extern ${name}_arena_type ${name}_memory;
#define arena ${name}_memory
#else
static ${name}_arena_type arena;
#endif

${layersSource(source)}void ${name}_init(void) {${initSource(graph, plan)}}

${endsOf('input', graph)
  .map((end) => accessor(end, BEFORE_ALL))
  .join('\n')}
${endsOf('output', graph)
  .map((end) => `const ${accessor(end, graph.ops.length)}`)
  .join('\n')}
uint8_t *${name}_arena(void) {
  return (uint8_t *)arena.bytes;
}

${invokeSource(source)}`;
}

/** A part of them by their numbers, without pointers: what reads the code can follow it. */
function invokeSource(source: ModelSource): string {
  const { name } = source;
  const calls = layersThatRun(source).map((layer) => `${runFunction(layer.name)}();`);
  const cases = calls.map((call, i) => `      case ${i}:\n        ${call}\n        break;\n`);
  return `void ${name}_invoke(void) {
${calls.map((call) => `  ${call}\n`).join('')}}

void ${name}_invoke_layers(int first, int end) {
  for (int i = first; i < end; i++) {
    switch (i) {
${cases.join('')}      default:
        break;
    }
  }
}
`;
}

function layersThatRun({ layers }: ModelSource): LayersSource['layers'] {
  return layers.filter(({ calls }) => calls.length > 0);
}

/** NULL's, where a call has no array for an argument; memset's, where there is state to clear. */
function systemHeaders({ graph, layers }: ModelSource): string {
  const calls = layers.flatMap((layer) => layer.calls);
  const names = [
    ...(calls.some((call) => call.arguments.some((argument) => 'absent' in argument)) ? ['stddef'] : []),
    ...(hasVariables(graph) ? ['string'] : []),
  ];
  return names.length > 0 ? `${names.map((name) => `#include <${name}.h>\n`).join('')}\n` : '';
}

/** State starts as real zero, which is the zero point. */
function initSource({ tensors }: Graph, plan: MemoryPlan): string {
  const lines = tensors.flatMap(({ isVariable, shape, dtype, quantization }, index) => {
    if (!isVariable) return [];
    const bytes = elements(shape) * C_TYPES[elementType({ dtype })!];
    const zero = dtype === 'int8' ? (quantization?.zeroPoint[0] ?? 0) : 0;
    return [`  memset(arena.bytes + ${offsetOf(plan, index, BEFORE_ALL)}, ${integer(zero)}, ${bytes});\n`];
  });
  return lines.length > 0 ? `\n${lines.join('')}` : '';
}
