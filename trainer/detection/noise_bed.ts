// Noise without end out of short recordings of it: one after the other, faded into each other, at a level.
import type { Random } from '../../base/random.js';

const FADE_SECONDS = 0.05;

export class NoiseBed {
  private current: Float64Array = new Float64Array(0);
  private sounds: readonly Int16Array[] = [];
  private at = 0;
  private readonly fade: number;

  constructor(
    private readonly random: Random,
    sampleRate: number,
  ) {
    this.fade = Math.round(FADE_SECONDS * sampleRate);
  }

  /**
   * Goes on with the noise of the call before where it is given the same list.
   * @param level root mean square @param sounds recordings to choose from; none is white noise
   * @returns so many samples, not rounded
   */
  next(count: number, level: number, sounds: readonly Int16Array[]): Float64Array {
    if (sounds.length === 0) return Float64Array.from({ length: count }, () => level * this.random.normal());
    if (this.sounds !== sounds) this.restart(sounds);
    const output = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      if (this.at >= this.current.length - this.fade) this.goOn();
      output[i] = level * this.current[this.at++]!;
    }
    return output;
  }

  private restart(sounds: readonly Int16Array[]): void {
    this.sounds = sounds;
    this.current = new Float64Array(0);
    this.at = 0;
  }

  /** The next recording, its start mixed with the end of this one. */
  private goOn(): void {
    const next = unitLevel(this.sounds[this.random.integer(this.sounds.length)]!);
    const tail = this.current.subarray(this.at);
    tail.forEach((value, i) => {
      const share = (i + 1) / (tail.length + 1);
      next[i] = Math.sqrt(1 - share) * value + Math.sqrt(share) * next[i]!;
    });
    this.current = next;
    this.at = 0;
  }
}

/** Scaled to a root mean square of 1; near silence stays as quiet as it is against one bit. */
function unitLevel(samples: Int16Array): Float64Array {
  const square = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  const scale = 1 / Math.max(1, Math.sqrt(square));
  return Float64Array.from(samples, (sample) => scale * sample);
}
