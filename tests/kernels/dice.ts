// Draws for random graphs.
import { Random } from '../../base/random.js';

export class Dice extends Random {
  /** A whole number, both ends included. */
  from(least: number, most: number): number {
    return least + this.integer(most - least + 1);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.integer(choices.length)]!;
  }

  /** Uniform between two powers of two, by exponent. */
  power(least: number, most: number): number {
    return 2 ** (least + this.uniform() * (most - least));
  }
}
