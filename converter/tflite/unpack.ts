// FlatBuffers bytes to plain data by the schema: every offset, table and length is checked against the file before use.
import { ByteBuffer } from 'flatbuffers';
import { KilnError } from '../../base/errors.js';
import {
  SCALAR_BYTES,
  SCHEMA,
  type Field,
  type ScalarType,
  type TableName,
  type TableValue,
  type UnionField,
} from './schema.js';

/**
 * Offsets may point several times to one place, so a small file can decode to a huge one. What is decoded is bounded
 * by this multiple of the file's size; files that do not play tricks stay below 2.
 */
const EXPANSION = 16;
/** What a table is counted as: roughly its objects in memory, while its least size in the file is 8. */
const TABLE_COST = 64;

const READ: { [T in ScalarType]: (buffer: ByteBuffer, at: number) => number | bigint | boolean } = {
  bool: (buffer, at) => buffer.readUint8(at) !== 0,
  int8: (buffer, at) => buffer.readInt8(at),
  uint8: (buffer, at) => buffer.readUint8(at),
  int32: (buffer, at) => buffer.readInt32(at),
  uint32: (buffer, at) => buffer.readUint32(at),
  int64: (buffer, at) => buffer.readInt64(at),
  uint64: (buffer, at) => buffer.readUint64(at),
  float32: (buffer, at) => buffer.readFloat32(at),
};

/** Where a table lies, and where its vtable puts its fields. */
interface TablePlace {
  at: number;
  bytes: number;
  vtable: number;
  vtableBytes: number;
}

/**
 * The root table of a FlatBuffers file, with everything below it. Byte vectors are views of `bytes`, not copies, and
 * plain arrays where `bytes` is a Node Buffer, whose `slice` does not copy.
 * @throws KilnError `tflite-damaged` that names the file and the field
 */
export function unpack<T extends TableName>(bytes: Uint8Array, root: T, file: string): TableValue<T> {
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  return new Unpacker(plain, file).root(root) as TableValue<T>;
}

class Unpacker {
  private readonly buffer: ByteBuffer;
  private readonly text = new TextDecoder();
  private budget: number;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly file: string,
  ) {
    this.buffer = new ByteBuffer(bytes);
    this.budget = EXPANSION * bytes.length;
  }

  root(name: TableName): unknown {
    return this.table(name, this.follow(0, name), name);
  }

  private table(name: TableName, at: number, path: string): unknown {
    const place = this.place(at, path);
    const value: Record<string, unknown> = {};
    for (const [key, field] of Object.entries<Field>(SCHEMA[name])) {
      value[key] = this.field(field, place, `${path}.${key}`);
    }
    return value;
  }

  private place(at: number, path: string): TablePlace {
    this.need(at, 4, path);
    const vtable = at - this.buffer.readInt32(at);
    this.need(vtable, 4, path);
    const vtableBytes = this.buffer.readUint16(vtable);
    const bytes = this.buffer.readUint16(vtable + 2);
    if (vtableBytes < 4 || vtableBytes % 2 !== 0 || bytes < 4) throw this.damaged(path, 'has a broken vtable');
    this.need(vtable, vtableBytes, path);
    this.need(at, bytes, path);
    this.spend(TABLE_COST + bytes, path);
    return { at, bytes, vtable, vtableBytes };
  }

  /** The position of a field's `width` bytes, or undefined where the table leaves it out. */
  private find(slot: number, width: number, place: TablePlace, path: string): number | undefined {
    const entry = 4 + 2 * slot;
    if (entry + 2 > place.vtableBytes) return undefined;
    const offset = this.buffer.readUint16(place.vtable + entry);
    if (offset === 0) return undefined;
    if (offset < 4 || offset + width > place.bytes) throw this.damaged(path, 'lies outside its table');
    return place.at + offset;
  }

  private field(field: Field, place: TablePlace, path: string): unknown {
    if (field.kind === 'union') return this.union(field, place, path);
    const width = field.kind === 'scalar' ? SCALAR_BYTES[field.type] : 4;
    const at = this.find(field.slot, width, place, path);
    if (at === undefined) return field.kind === 'scalar' ? field.default : undefined;
    switch (field.kind) {
      case 'scalar':
        return READ[field.type](this.buffer, at);
      case 'vector':
        return this.vector(field.type, at, path);
      case 'bytes':
        return this.byteVector(at, path);
      case 'string':
        return this.text.decode(this.byteVector(at, path));
      case 'table':
        return this.table(field.table as TableName, this.follow(at, path), path);
      case 'tables':
        return this.tables(field.table as TableName, at, path);
    }
  }

  private union(field: UnionField, place: TablePlace, path: string): unknown {
    const tagAt = this.find(field.slot, 1, place, path);
    const tag = tagAt === undefined ? 0 : this.buffer.readUint8(tagAt);
    if (tag === 0) return undefined;
    const member = Object.entries(field.members).find(([, value]) => value === tag)?.[0];
    if (member === undefined) return { type: tag };
    const at = this.find(field.slot + 1, 4, place, path);
    if (at === undefined) throw this.damaged(path, 'has a tag and no value');
    return { type: member, value: this.table(member as TableName, this.follow(at, path), path) };
  }

  private vector(type: ScalarType, at: number, path: string): unknown[] {
    const { start, count } = this.vectorPlace(at, SCALAR_BYTES[type], path);
    const read = READ[type];
    const step = SCALAR_BYTES[type];
    return Array.from({ length: count }, (_, i) => read(this.buffer, start + i * step));
  }

  private byteVector(at: number, path: string): Uint8Array {
    const { start, count } = this.vectorPlace(at, 1, path);
    return this.bytes.subarray(start, start + count);
  }

  private tables(name: TableName, at: number, path: string): unknown[] {
    const { start, count } = this.vectorPlace(at, 4, path);
    return Array.from({ length: count }, (_, i) => {
      const element = `${path}[${i}]`;
      return this.table(name, this.follow(start + 4 * i, element), element);
    });
  }

  private vectorPlace(at: number, width: number, path: string): { start: number; count: number } {
    const vector = this.follow(at, path);
    const count = this.buffer.readUint32(vector);
    this.need(vector + 4, count * width, path);
    this.spend(count * width, path);
    return { start: vector + 4, count };
  }

  /** The position that the offset at `at` points to, with room for the four bytes that any target starts with. */
  private follow(at: number, path: string): number {
    this.need(at, 4, path);
    const target = at + this.buffer.readUint32(at);
    this.need(target, 4, path);
    return target;
  }

  private need(at: number, count: number, path: string): void {
    if (at >= 0 && at + count <= this.bytes.length) return;
    throw this.damaged(path, `points to bytes ${at} to ${at + count}, and the file has ${this.bytes.length}`);
  }

  private spend(count: number, path: string): void {
    this.budget -= count;
    if (this.budget < 0) throw this.damaged(path, 'is shared so often that the file unpacks to many times its size');
  }

  private damaged(path: string, what: string): KilnError {
    return new KilnError('tflite-damaged', {
      where: this.file,
      what: `the field ${path} ${what}`,
      todo: 'The file is truncated or damaged: get or export it again.',
    });
  }
}
