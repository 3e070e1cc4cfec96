// The newest frames of a stream as a model's int8 input.
import { quantizeFeature } from './micro_frontend.js';

export class FeatureWindow {
  private readonly bytes: Int8Array;
  private filled = 0;

  constructor(
    private readonly frames: number,
    private readonly channels: number,
  ) {
    this.bytes = new Int8Array(frames * channels);
  }

  reset(): void {
    this.filled = 0;
  }

  /** Takes a frame behind the others, and lets go of the oldest. */
  push(features: Uint16Array): void {
    const { bytes, channels, frames } = this;
    bytes.copyWithin(0, channels);
    const last = (frames - 1) * channels;
    for (let i = 0; i < channels; i++) bytes[last + i] = quantizeFeature(features[i]!);
    this.filled = Math.min(this.filled + 1, frames);
  }

  /** All frames, the oldest first: valid until the next push. Undefined while there are too few. */
  input(): Int8Array | undefined {
    return this.filled < this.frames ? undefined : this.bytes;
  }
}
