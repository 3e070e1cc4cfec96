// Plain data to FlatBuffers bytes by the schema: the same data gives the same bytes.
import { Builder } from 'flatbuffers';
import {
  FILE_IDENTIFIER,
  SCALAR_BYTES,
  SCHEMA,
  type Field,
  type Packable,
  type ScalarField,
  type ScalarType,
  type TableName,
  type TableValue,
  type VectorField,
} from './schema.js';

/** The alignment of tensor data; flatc's TypeScript ignores the schema's `force_align: 16`. */
const DATA_ALIGNMENT = 16;

type Scalar = number | bigint | boolean;

const APPEND: { [T in ScalarType]: (builder: Builder, value: Scalar) => void } = {
  bool: (builder, value) => builder.addInt8(value ? 1 : 0),
  int8: (builder, value) => builder.addInt8(Number(value)),
  uint8: (builder, value) => builder.addInt8(Number(value)),
  int32: (builder, value) => builder.addInt32(Number(value)),
  uint32: (builder, value) => builder.addInt32(Number(value)),
  int64: (builder, value) => builder.addInt64(BigInt(value)),
  uint64: (builder, value) => builder.addInt64(BigInt(value)),
  float32: (builder, value) => builder.addFloat32(Number(value)),
};

/** A builder that writes equal vectors once: the zero points of a tensor with hundreds of channels are as many zeros of 8 bytes. */
class SharingBuilder extends Builder {
  private readonly vectors = new Map<string, number>();

  shared(key: string, write: () => number): number {
    const known = this.vectors.get(key);
    if (known !== undefined) return known;
    const offset = write();
    this.vectors.set(key, offset);
    return offset;
  }
}

/** The file that holds `value` as its root table, with TFLite's identifier; its length is a multiple of 16. */
export function pack<T extends TableName>(root: T, value: Packable<TableValue<T>>): Uint8Array {
  const builder = new SharingBuilder();
  builder.finish(packTable(builder, root, value as Record<string, unknown>), FILE_IDENTIFIER);
  return builder.asUint8Array().slice();
}

function packTable(builder: SharingBuilder, name: TableName, value: Record<string, unknown>): number {
  const fields = Object.entries<Field>(SCHEMA[name]).filter(([key]) => value[key] !== undefined);
  const children = new Map<Field, number>();
  for (const [key, field] of fields) {
    if (field.kind !== 'scalar') children.set(field, packChild(builder, field, value[key]));
  }
  const slots = fields.map(([, field]) => field.slot + (field.kind === 'union' ? 2 : 1));
  builder.startObject(Math.max(0, ...slots));
  for (const [key, field] of fields) {
    if (field.kind === 'scalar') addScalar(builder, field, value[key] as Scalar);
    else if (field.kind === 'union') addUnion(builder, field, value[key] as { type: string }, children.get(field)!);
    else builder.addFieldOffset(field.slot, children.get(field)!, 0);
  }
  return builder.endObject();
}

function addScalar(builder: Builder, field: ScalarField, value: Scalar): void {
  if (value === field.default) return;
  APPEND[field.type](builder, value);
  builder.slot(field.slot);
}

function addUnion(
  builder: Builder,
  field: Extract<Field, { kind: 'union' }>,
  { type }: { type: string },
  offset: number,
): void {
  builder.addFieldOffset(field.slot + 1, offset, 0);
  builder.addFieldInt8(field.slot, field.members[type]!, 0);
}

/** Writes what lies outside its table. @returns its offset */
function packChild(builder: SharingBuilder, field: Exclude<Field, ScalarField>, value: unknown): number {
  switch (field.kind) {
    case 'vector':
      return packVector(builder, field, value as Scalar[]);
    case 'bytes':
      return packBytes(builder, value as Uint8Array);
    case 'string':
      return builder.createString(value as string);
    case 'table':
      return packTable(builder, field.table as TableName, value as Record<string, unknown>);
    case 'tables':
      return packTables(builder, field.table as TableName, value as Record<string, unknown>[]);
    case 'union': {
      const member = value as { type: TableName; value: Record<string, unknown> };
      return packTable(builder, member.type, member.value);
    }
  }
}

function packVector(builder: SharingBuilder, { type }: VectorField, values: readonly Scalar[]): number {
  return builder.shared(`${type} ${values.join()}`, () => {
    const width = SCALAR_BYTES[type];
    builder.startVector(width, values.length, width);
    for (let i = values.length - 1; i >= 0; i--) APPEND[type](builder, values[i]!);
    return builder.endVector();
  });
}

function packBytes(builder: Builder, bytes: Uint8Array): number {
  builder.prep(DATA_ALIGNMENT, bytes.length);
  return builder.createByteVector(bytes);
}

function packTables(builder: SharingBuilder, name: TableName, values: readonly Record<string, unknown>[]): number {
  const offsets = values.map((value) => packTable(builder, name, value));
  builder.startVector(4, offsets.length, 4);
  for (const offset of offsets.reverse()) builder.addOffset(offset);
  return builder.endVector();
}
