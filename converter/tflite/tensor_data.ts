// Tensor data as the file holds it, little-endian bytes, to and from typed arrays.
import { ARRAY_TYPES, type DType, type TypedData } from '../graph/graph.js';

/** A copy of little-endian bytes, at any alignment, as values; the length must be a multiple of the type's size. */
export function decodeData(bytes: Uint8Array, dtype: DType): TypedData {
  return new ARRAY_TYPES[dtype](bytes.slice().buffer);
}

/** The little-endian bytes of values. */
export function encodeData(data: TypedData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
