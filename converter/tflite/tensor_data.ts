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

/** IEEE 754 half-precision values, little-endian, as float32: each has one exact counterpart. */
export function decodeFloat16(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.length >> 1 }, (_, i) => float16(view.getUint16(2 * i, true)));
}

/** Sign, 5 bits of exponent with a bias of 15, 10 bits of fraction. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}
