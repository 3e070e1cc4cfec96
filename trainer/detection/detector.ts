// From posteriors to detections: their means over the newest steps, a threshold for each keyword, and a pause after each.
import { KilnError } from '../../base/errors.js';
import { EnergyGate } from './energy_gate.js';
import { checkDetection, type DetectionSpec } from './spec.js';

export interface Detection {
  /** The step that it came with, from 0 on. */
  step: number;
  /** Index of its class. */
  keyword: number;
  /** Sum of the posteriors that were averaged, in 1/256. */
  score: number;
}

/** Of a softmax in int8, q − zero point is the posterior in 1/256. */
const ZERO_POINT = -128;

/**
 * A stream in steps: `listen` to its samples, ask `awake` whether to run the model, `push` what it gave. Where no sound is to
 * decide, `push` alone will do.
 */
export class Detector {
  private readonly gate: EnergyGate;
  private readonly history: Uint8Array;
  private readonly sums: Uint32Array;
  private next = 0;
  private pause = 0;
  private steps = 0;

  /** @throws KilnError `detection-invalid` */
  constructor(readonly spec: DetectionSpec) {
    checkDetection(spec);
    this.gate = new EnergyGate(spec.gate);
    this.history = new Uint8Array(spec.smoothing * spec.thresholds.length);
    this.sums = new Uint32Array(spec.thresholds.length);
  }

  /** Forgets the stream: the next step is the first. */
  reset(): void {
    this.gate.reset();
    this.forget();
    this.pause = 0;
    this.steps = 0;
  }

  /** Hears samples of this step, for the gate. */
  listen(samples: Int16Array): void {
    this.gate.listen(samples);
  }

  /** Once a step, behind its samples: whether the model is to run. */
  awake(): boolean {
    return this.gate.step();
  }

  /**
   * Ends a step.
   * @param posteriors the model's output, int8 with zero point −128 and scale 1/256; undefined where it did not run
   * @throws KilnError `detection-classes`
   */
  push(posteriors: Int8Array | undefined): Detection | undefined {
    this.gather(posteriors);
    const step = this.steps++;
    if (this.pause > 0) {
      this.pause--;
      return undefined;
    }
    const keyword = this.strongest();
    if (keyword < 0) return undefined;
    const score = this.sums[keyword]!;
    this.forget();
    this.pause = this.spec.refractory;
    return { step, keyword, score };
  }

  /** Takes a step's posteriors, 0 where there are none, in place of the oldest. */
  private gather(posteriors: Int8Array | undefined): void {
    const { sums, history } = this;
    if (posteriors && posteriors.length !== sums.length) throw wrongClasses(posteriors.length, sums.length);
    const at = this.next * sums.length;
    for (let i = 0; i < sums.length; i++) {
      const value = posteriors ? posteriors[i]! - ZERO_POINT : 0;
      sums[i]! += value - history[at + i]!;
      history[at + i] = value;
    }
    this.next = (this.next + 1) % this.spec.smoothing;
  }

  /** The class with the highest mean of those that reach their thresholds, the first of equals; −1 where none does. */
  private strongest(): number {
    const { smoothing, thresholds } = this.spec;
    let best = -1;
    this.sums.forEach((sum, i) => {
      if (sum >= thresholds[i]! * smoothing && (best < 0 || sum > this.sums[best]!)) best = i;
    });
    return best;
  }

  private forget(): void {
    this.history.fill(0);
    this.sums.fill(0);
    this.next = 0;
  }
}

function wrongClasses(found: number, expected: number): KilnError {
  const what = `${found} posteriors for ${expected} thresholds`;
  return new KilnError('detection-classes', { where: 'detection.thresholds', what, todo: 'Give one for each class.' });
}
