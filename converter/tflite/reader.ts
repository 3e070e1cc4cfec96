// A .tflite file to a graph: every index, shape and buffer is checked, so that what comes out holds together.
import { KilnError } from '../../base/errors.js';
import {
  BYTES,
  elements,
  type DType,
  type Graph,
  type Op,
  type Quantization,
  type Tensor,
  type TypedData,
} from '../graph/graph.js';
import { quoted } from '../graph/print.js';
import { BUILTIN_NAMES } from './builtin_names.js';
import { OPERATORS, opcodeOf, type TfliteOpcode } from './operators.js';
import { OptionsReader } from './options_reader.js';
import { FILE_IDENTIFIER, SCHEMA_VERSION, TENSOR_TYPES, type TableValue } from './schema.js';
import { standIn } from './stand_ins.js';
import { decodeData, decodeFloat16 } from './tensor_data.js';
import { unpack } from './unpack.js';

/** Microcontrollers have no more flash than this. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** TFLite Micro counts a tensor's bytes in an int32. */
const MAX_TENSOR_BYTES = 2 ** 31 - 1;
/** Written by every converter and derived from the ops again by the writer. */
export const RUNTIME_VERSION_KEY = 'min_runtime_version';

const DTYPES: Readonly<Partial<Record<(typeof TENSOR_TYPES)[number], DType>>> = {
  FLOAT32: 'float32',
  /** Constants alone, decoded. */
  FLOAT16: 'float32',
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  UINT8: 'uint8',
  BOOL: 'bool',
};

type Model = TableValue<'Model'>;
type SubGraph = TableValue<'SubGraph'>;
type Operator = TableValue<'Operator'>;

/**
 * Reads a model with one subgraph. Names of layers are the names of their first outputs.
 * @param name what messages call the file
 * @throws KilnError `tflite-damaged`, `tflite-unsupported` or `op-unsupported`
 */
export function readTflite(bytes: Uint8Array, name: string): Graph {
  checkHeader(bytes, name);
  return new GraphReader(unpack(bytes, 'Model', name), name, bytes.length).graph();
}

function checkHeader(bytes: Uint8Array, name: string): void {
  const identifier = String.fromCharCode(...bytes.subarray(4, 8));
  if (identifier !== FILE_IDENTIFIER) {
    throw new KilnError('tflite-damaged', {
      where: name,
      what: `bytes 4 to 7 are ${quoted(identifier)}, and a TensorFlow Lite model has "${FILE_IDENTIFIER}" there`,
      todo: 'Give a .tflite file.',
    });
  }
  if (bytes.length > MAX_FILE_BYTES) {
    throw new KilnError('tflite-unsupported', {
      where: name,
      what: `the file has ${bytes.length} bytes, and at most ${MAX_FILE_BYTES} are read`,
      todo: 'Use a model that is made for a microcontroller.',
    });
  }
}

class GraphReader {
  private readonly subgraph: SubGraph;
  private readonly tensors: Tensor[];
  /** Bytes of constants still to be copied: tensors may share a buffer, but not without end. */
  private budget: number;

  constructor(
    private readonly model: Model,
    private readonly name: string,
    fileBytes: number,
  ) {
    this.budget = 4 * fileBytes;
    if (model.version !== SCHEMA_VERSION) throw this.unsupported(`has schema version ${model.version}, not 3`);
    const [subgraph, ...others] = model.subgraphs ?? [];
    if (!subgraph || others.length > 0) {
      throw this.unsupported(`has ${model.subgraphs?.length ?? 0} subgraphs, and tinykiln reads models with one`);
    }
    this.subgraph = subgraph;
    const inner = new Set(subgraph.operators?.flatMap(({ intermediates = [] }) => intermediates));
    this.tensors = (subgraph.tensors ?? []).map((tensor, index) =>
      this.tensor(tensor, index, inner.has(index) ? 0 : 1),
    );
  }

  graph(): Graph {
    return {
      name: this.name,
      tensors: this.tensors,
      ops: this.liveOperators().map((operator, index) => this.op(operator, index)),
      inputs: this.indices(this.subgraph.inputs, 'an input'),
      outputs: this.indices(this.subgraph.outputs, 'an output'),
      metadata: this.metadata(),
    };
  }

  /**
   * The operators that the outputs depend on. What computes the shape of a RESHAPE is not among them: shapes are known
   * here, and TensorFlow writes SHAPE, STRIDED_SLICE and PACK for a batch of any size.
   */
  private liveOperators(): Operator[] {
    const needed = new Set(this.subgraph.outputs);
    const live: Operator[] = [];
    for (const operator of [...(this.subgraph.operators ?? [])].reverse()) {
      if (operator.outputs?.length && !operator.outputs.some((index) => needed.has(index))) continue;
      const stated = this.withoutComputedShape(operator);
      for (const index of stated.inputs ?? []) needed.add(index);
      live.push(stated);
    }
    return live.reverse();
  }

  private withoutComputedShape(operator: Operator): Operator {
    const [input, shape] = operator.inputs ?? [];
    const isReshape = this.builtin(operator.opcodeIndex) === OPERATORS.RESHAPE.builtin;
    if (!isReshape || shape === undefined || this.tensors[shape]?.data) return operator;
    return { ...operator, inputs: [input!], builtinOptions: undefined };
  }

  private builtin(opcodeIndex: number): number | undefined {
    const table = this.model.operatorCodes?.[opcodeIndex];
    return table && Math.max(table.builtinCode, table.deprecatedBuiltinCode);
  }

  private tensor(table: TableValue<'Tensor'>, index: number, least: 0 | 1): Tensor {
    const name = table.name ?? `tensor_${index}`;
    const where = `tensor ${quoted(name)}`;
    if (table.sparsity) throw this.unsupported(`${where} is sparse`);
    if (table.externalBuffer !== 0) throw this.unsupported(`${where} has its data in another file`);
    const shape = table.shape ?? [];
    const dtype = this.dtype(table.type, where);
    this.checkShape(shape, dtype, least, where);
    const tensor: Tensor = { name, shape, dtype };
    const quantization = this.quantization(table.quantization, where);
    if (quantization) tensor.quantization = quantization;
    const data = this.buffer(table.buffer, where);
    const isHalf = TENSOR_TYPES[table.type] === 'FLOAT16';
    if (isHalf && data.length === 0) throw this.unsupported(`${where} is a float16 activation`);
    if (isHalf) tensor.data = this.halves(data, tensor, where);
    else if (data.length > 0) tensor.data = this.constant(data, tensor, where);
    else if (table.isVariable) tensor.isVariable = true;
    return tensor;
  }

  private dtype(type: number, where: string): DType {
    const name = TENSOR_TYPES[type];
    const dtype = name && DTYPES[name];
    if (!dtype) throw this.unsupported(`${where} has the type ${name ?? type}`);
    return dtype;
  }

  /** @param least size of a dimension: TensorFlow writes an op's intermediates without elements */
  private checkShape(shape: readonly number[], dtype: DType, least: 0 | 1, where: string): void {
    if (shape.some((n) => n < least)) {
      throw this.unsupported(
        `${where} has the shape [${shape.slice(0, 8)}], and every dimension must be known and positive`,
      );
    }
    if (elements(shape) * BYTES[dtype] > MAX_TENSOR_BYTES) {
      throw this.unsupported(`${where} has the shape [${shape.slice(0, 8)}], which is 2 GiB or more`);
    }
  }

  private quantization(table: TableValue<'Tensor'>['quantization'], where: string): Quantization | undefined {
    if (table && table.detailsType !== 0)
      throw this.unsupported(`${where} has a quantization other than scale and zero point`);
    const scale = table?.scale ?? [];
    if (!table || scale.length === 0) return undefined;
    const zeroPoints = table.zeroPoint ?? [];
    if (zeroPoints.length !== 1 && zeroPoints.length !== scale.length) {
      throw this.damaged(`${where} has ${scale.length} scales and ${zeroPoints.length} zero points`);
    }
    const zeroPoint = scale.map((_, channel) => Number(zeroPoints[zeroPoints.length === 1 ? 0 : channel]));
    return { scale, zeroPoint, axis: table.quantizedDimension };
  }

  private buffer(index: number, where: string): Uint8Array {
    const buffer = this.model.buffers?.[index];
    if (!buffer) throw this.damaged(`${where} uses buffer ${index} of ${this.model.buffers?.length ?? 0}`);
    if (buffer.offset !== 0n || buffer.size !== 0n) throw this.unsupported(`${where} has its data behind the model`);
    return buffer.data ?? new Uint8Array(0);
  }

  private constant(data: Uint8Array, tensor: Tensor, where: string): TypedData {
    this.expectBytes(data, tensor, BYTES[tensor.dtype], where);
    return decodeData(data, tensor.dtype);
  }

  private halves(data: Uint8Array, tensor: Tensor, where: string): TypedData {
    this.expectBytes(data, tensor, 2, where);
    return decodeFloat16(data);
  }

  private expectBytes(data: Uint8Array, { dtype, shape }: Tensor, each: number, where: string): void {
    const expected = elements(shape) * each;
    if (data.length !== expected) {
      const type = `${dtype}[${shape.slice(0, 8)}]`;
      throw this.damaged(`${where} is ${type} and so ${expected} bytes, but its buffer has ${data.length}`);
    }
    this.spend(data.length, where);
  }

  private op(operator: Operator, index: number): Op {
    const outputs = this.indices(operator.outputs, `an output of op ${index}`);
    const output = this.tensors[outputs[0] ?? -1];
    if (!output) throw this.damaged(`op ${index} has no output`);
    const inputs = this.indices(operator.inputs, `an input of ${quoted(output.name)}`, -1);
    const opcode = this.opcode(operator.opcodeIndex, output.name);
    const shapeInput = this.tensors[inputs[1] ?? -1]?.data;
    const reader = new OptionsReader(
      `${this.name}, layer ${quoted(output.name)} (${opcode})`,
      operator.builtinOptions,
      shapeInput instanceof Int32Array ? [...shapeInput] : undefined,
      output.shape,
    );
    const intermediates = this.indices(operator.intermediates, `an intermediate of ${quoted(output.name)}`);
    const op = { opcode, name: output.name, inputs, outputs, options: OPERATORS[opcode].decode(reader) } as Op;
    return intermediates.length > 0 ? { ...op, intermediates } : op;
  }

  private opcode(index: number, layer: string): TfliteOpcode {
    const table = this.model.operatorCodes?.[index];
    if (!table)
      throw this.damaged(
        `layer ${quoted(layer)} uses operator code ${index} of ${this.model.operatorCodes?.length ?? 0}`,
      );
    const builtin = this.builtin(index)!;
    const opcode = opcodeOf(builtin);
    if (opcode) return opcode;
    const op = table.customCode ? `custom op ${quoted(table.customCode)}` : `op ${BUILTIN_NAMES[builtin] ?? 'unknown'}`;
    throw new KilnError('op-unsupported', {
      where: `${this.name}, layer ${quoted(layer)}`,
      what: `tinykiln has no ${op} (builtin code ${builtin})`,
      todo: standIn(BUILTIN_NAMES[builtin] ?? '') ?? `Build the model from ${Object.keys(OPERATORS).join(', ')}.`,
    });
  }

  /** Tensor indices in `least` … the number of tensors; −1 stands for an optional input that is left out. */
  private indices(indices: readonly number[] | undefined, what: string, least = 0): readonly number[] {
    const wrong = indices?.find((index) => index < least || index >= this.tensors.length);
    if (wrong !== undefined) throw this.damaged(`${what} is tensor ${wrong} of ${this.tensors.length}`);
    return indices ?? [];
  }

  private metadata(): Map<string, Uint8Array> {
    const metadata = new Map<string, Uint8Array>();
    for (const { name = '', buffer } of this.model.metadata ?? []) {
      const data = this.buffer(buffer, `metadata ${quoted(name)}`);
      this.spend(data.length, `metadata ${quoted(name)}`);
      if (name !== RUNTIME_VERSION_KEY) metadata.set(name, data.slice());
    }
    return metadata;
  }

  private spend(bytes: number, where: string): void {
    this.budget -= bytes;
    if (this.budget < 0) throw this.damaged(`${where} is one of too many that share a buffer`);
  }

  private damaged(what: string): KilnError {
    const todo = 'The file is damaged or was written wrongly: get or export it again.';
    return new KilnError('tflite-damaged', { where: this.name, what, todo });
  }

  private unsupported(what: string): KilnError {
    const todo = 'Export the model again as one plain graph of dense int8 or float32 tensors.';
    return new KilnError('tflite-unsupported', { where: this.name, what, todo });
  }
}
