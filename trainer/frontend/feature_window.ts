// The newest frames of a stream as a model's int8 input.
import type { ModelFeatures } from './model_features.js';

export class FeatureWindow {
  private readonly bytes: Int8Array;
  private filled = 0;

  constructor(
    private readonly frames: number,
    private readonly features: ModelFeatures,
  ) {
    this.bytes = new Int8Array(frames * features.count);
  }

  reset(): void {
    this.filled = 0;
  }

  /** Takes a frame's logarithms behind the others, and lets go of the oldest. */
  push(logs: Uint16Array): void {
    const { bytes, features, frames } = this;
    bytes.copyWithin(0, features.count);
    features.write(logs, bytes, (frames - 1) * features.count);
    this.filled = Math.min(this.filled + 1, frames);
  }

  /** All frames, the oldest first: valid until the next push. Undefined while there are too few. */
  input(): Int8Array | undefined {
    return this.filled < this.frames ? undefined : this.bytes;
  }
}
