// Whether it is loud enough for the model to run: the variance of a step's samples, so that a microphone's offset is no sound.
import type { GateSpec } from './spec.js';

/** Samples of a step that are listened to: as many as keep all sums in 64 bits. */
const MOST_SAMPLES = 65535;

export class EnergyGate {
  private count = 0;
  private sum = 0;
  private squares = 0;
  /** Steps for which it stays open. */
  private left = 0;

  constructor(private readonly spec: GateSpec) {}

  reset(): void {
    this.clear();
    this.left = 0;
  }

  /** Hears samples of this step. */
  listen(samples: Int16Array): void {
    const taken = Math.min(samples.length, MOST_SAMPLES - this.count);
    for (let i = 0; i < taken; i++) {
      this.sum += samples[i]!;
      this.squares += samples[i]! ** 2;
    }
    this.count += taken;
  }

  /** Ends a step. @returns whether the model is to run; it is after a step without samples, which nobody measured */
  step(): boolean {
    const loud = this.isLoud();
    this.clear();
    if (loud) this.left = this.spec.hold;
    else if (this.left > 0) this.left--;
    else return false;
    return true;
  }

  /** n Σx² − (Σx)² ≥ level n²: the variance without a division. */
  private isLoud(): boolean {
    const [n, sum] = [BigInt(this.count), BigInt(this.sum)];
    return n * BigInt(this.squares) - sum * sum >= BigInt(this.spec.level) * n * n;
  }

  private clear(): void {
    this.count = 0;
    this.sum = 0;
    this.squares = 0;
  }
}
