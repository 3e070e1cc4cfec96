// What a board that listens to audio says of each step: app/stream_audio.c's results.

/** Bytes of a result before its posteriors. */
const HEAD = 8;
const NO_KEYWORD = 0xff;

export interface AudioResult {
  /** Samples heard by then, modulo 2³². */
  samples: number;
  /** The model's int8 output; undefined where it did not run. */
  posteriors: Int8Array | undefined;
  /** Class, and the sum of the posteriors that were averaged, in 1/256. */
  detection: { keyword: number; score: number } | undefined;
}

/** Classes of the model, by the size of a result. */
export const classesOf = (resultSize: number) => resultSize - HEAD;

export function readAudioResult(bytes: Uint8Array): AudioResult {
  const result = Buffer.from(bytes);
  const keyword = result[4]!;
  return {
    samples: result.readUInt32LE(0),
    posteriors: result[5] === 1 ? Int8Array.from(result.subarray(HEAD)) : undefined,
    detection: keyword === NO_KEYWORD ? undefined : { keyword, score: result.readUInt16LE(6) },
  };
}
