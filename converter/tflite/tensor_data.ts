// Tensor data as the file holds it, little-endian bytes, to and from typed arrays.
import type { DType, TypedData } from '../graph/graph.js';

const ARRAYS: Readonly<Record<DType, new (buffer: ArrayBuffer) => TypedData>> = {
  float32: Float32Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

/** A copy of little-endian bytes, at any alignment, as values; the length must be a multiple of the type's size. */
export function decodeData(bytes: Uint8Array, dtype: DType): TypedData {
  return new ARRAYS[dtype](bytes.slice().buffer);
}

/** The little-endian bytes of values. */
export function encodeData(data: TypedData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
