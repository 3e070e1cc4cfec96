// A graph to a .tflite file: the same graph gives the same bytes, with constants at multiples of 16.
import { KilnError } from '../../base/errors.js';
import type { DType, Graph, Op, Tensor } from '../graph/graph.js';
import { quoted } from '../graph/print.js';
import { OPERATORS, type TfliteOpcode } from './operators.js';
import type { BuiltinOptions } from './options_reader.js';
import { pack } from './pack.js';
import { RUNTIME_VERSION_KEY } from './reader.js';
import { SCHEMA_VERSION, TENSOR_TYPES, type Packable, type TableValue } from './schema.js';
import { encodeData } from './tensor_data.js';
import { runtimeVersion, versionOf } from './versions.js';

/** The largest code that `deprecated_builtin_code`, an int8, holds. */
const LARGEST_DEPRECATED_CODE = 127;
/** Bytes of the metadata that names the first release that runs the model: NUL-padded as TensorFlow's writer does. */
const RUNTIME_VERSION_BYTES = 16;

const TYPE_NAMES: Readonly<Record<DType, (typeof TENSOR_TYPES)[number]>> = {
  float32: 'FLOAT32',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  uint8: 'UINT8',
  bool: 'BOOL',
};

/**
 * Writes a graph that `verify` accepts. `readTflite` gives it back, where each op is named as its first output.
 * @throws KilnError `op-unsupported` for an op that no .tflite holds
 */
export function writeTflite(graph: Graph): Uint8Array {
  const codes = new OperatorCodes(graph);
  const operators = graph.ops.map((op) => operatorTable(op, codes));
  const buffers = new Buffers();
  const tensors = graph.tensors.map((tensor) => tensorTable(tensor, buffers));
  const metadata = metadataTables(graph, buffers);
  return pack('Model', {
    version: SCHEMA_VERSION,
    operatorCodes: codes.tables,
    subgraphs: [{ tensors, inputs: graph.inputs, outputs: graph.outputs, operators, name: 'main' }],
    description: 'tinykiln',
    buffers: buffers.tables,
    metadata,
    signatureDefs: [signature(graph)],
  });
}

/** The file's buffers; buffer 0 stays empty and stands for "no data". */
class Buffers {
  readonly tables: Packable<TableValue<'Buffer'>>[] = [{}];

  add(data: Uint8Array): number {
    return this.tables.push({ data }) - 1;
  }
}

/** One operator code for each op and version that the graph uses, in the order of first use. */
class OperatorCodes {
  readonly tables: { deprecatedBuiltinCode: number; version: number; builtinCode: number }[] = [];

  constructor(private readonly graph: Graph) {}

  index(op: Op): number {
    const { builtin } = codec(op, this.graph.name);
    const version = versionOf(op, this.graph);
    const known = this.tables.findIndex((table) => table.builtinCode === builtin && table.version === version);
    if (known >= 0) return known;
    const deprecatedBuiltinCode = Math.min(builtin, LARGEST_DEPRECATED_CODE);
    return this.tables.push({ deprecatedBuiltinCode, version, builtinCode: builtin }) - 1;
  }
}

function codec(op: Op, where: string): (typeof OPERATORS)[TfliteOpcode] {
  if (op.opcode === 'BATCH_NORMALIZATION') throw notWritable(op, where, 'is no TensorFlow Lite op');
  return OPERATORS[op.opcode];
}

function notWritable(op: Op, where: string, what: string): KilnError {
  return new KilnError('op-unsupported', {
    where: `${where}, layer ${quoted(op.name)}`,
    what: `${op.opcode} ${what}`,
    todo: 'Fold it into the layer before it.',
  });
}

function operatorTable(op: Op, codes: OperatorCodes): Packable<TableValue<'Operator'>> {
  const opcodeIndex = codes.index(op);
  const { encode } = OPERATORS[op.opcode as TfliteOpcode] as { encode(options: Op['options']): BuiltinOptions };
  const { inputs, outputs, intermediates } = op;
  return { opcodeIndex, inputs, outputs, builtinOptions: encode(op.options), intermediates };
}

function tensorTable(tensor: Tensor, buffers: Buffers): Packable<TableValue<'Tensor'>> {
  const { name, shape, quantization } = tensor;
  return {
    shape,
    type: TENSOR_TYPES.indexOf(TYPE_NAMES[tensor.dtype]),
    buffer: tensor.data ? buffers.add(encodeData(tensor.data)) : 0,
    name,
    isVariable: tensor.isVariable,
    quantization: quantization && {
      scale: quantization.scale,
      zeroPoint: quantization.zeroPoint.map(BigInt),
      quantizedDimension: quantization.axis,
    },
  };
}

function metadataTables(graph: Graph, buffers: Buffers): Packable<TableValue<'Metadata'>>[] {
  const release = runtimeVersion(graph).padEnd(RUNTIME_VERSION_BYTES, '\0');
  const entries = [[RUNTIME_VERSION_KEY, new TextEncoder().encode(release)] as const, ...graph.metadata];
  return entries.map(([name, data]) => ({ name, buffer: buffers.add(data) }));
}

function signature(graph: Graph): Packable<TableValue<'SignatureDef'>> {
  const maps = (indices: readonly number[]) =>
    indices.map((tensorIndex) => ({ name: graph.tensors[tensorIndex]!.name, tensorIndex }));
  return {
    inputs: maps(graph.inputs),
    outputs: maps(graph.outputs),
    signatureKey: 'serving_default',
    subgraphIndex: 0,
  };
}
