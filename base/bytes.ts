// Views of the same bytes, without copies where there need be none.

/** int8 tensors one after the other, as raw bytes. */
export function joinTensors(tensors: readonly Int8Array[]): Buffer {
  return Buffer.concat(
    tensors.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  );
}
