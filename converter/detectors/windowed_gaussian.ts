// Windowed Gaussian: the squared deviation of a sample from those before it, in units of their variance.
import { KilnError } from '../../base/errors.js';
import type { WindowedGaussianModel } from '../../base/detector_models.js';
import { saturate } from '../../base/fixed_point.js';
import type { Detector, Scorer, StageC } from './detector.js';

const SCORE_BITS = 4;
/** The least window that has a variance; the most whose variance, times the square of the window and 2⁴, is below 2⁵³. */
const WINDOW = { least: 2, most: 512 };

/** @throws KilnError `detector-invalid` */
export function windowedGaussian({ window }: WindowedGaussianModel): Detector {
  if (!Number.isInteger(window) || window < WINDOW.least || window > WINDOW.most) {
    const what = `a window of ${window} samples, and ${WINDOW.least} to ${WINDOW.most} are possible`;
    throw new KilnError('detector-invalid', { where: 'windowed Gaussian', what, todo: 'Choose another window.' });
  }
  return {
    input: { type: 'int16_t', count: 1 },
    outputs: 1,
    scoreBits: SCORE_BITS,
    start: () => scorer(window),
    c: stage(window),
  };
}

function scorer(window: number): Scorer {
  const samples = new Int16Array(window);
  let [seen, next] = [0, 0];
  return (input, output) => {
    const sample = input[0]!;
    output[0] = seen === window ? squaredDeviation(samples, sample) : 0;
    samples[next] = sample;
    next = next + 1 < window ? next + 1 : 0;
    seen = Math.min(seen + 1, window);
  };
}

/** Both numerator and denominator times the square of the number of samples, so that they are integers. */
function squaredDeviation(samples: Int16Array, sample: number): number {
  let [sum, squares] = [0, 0];
  for (const value of samples) {
    sum += value;
    squares += value * value;
  }
  const variance = Math.max(1, samples.length * squares - sum * sum);
  const deviation = (samples.length * sample - sum) ** 2;
  const rest = deviation % variance;
  const whole = (deviation - rest) / variance;
  return saturate(whole * 2 ** SCORE_BITS + Math.floor((rest * 2 ** SCORE_BITS) / variance));
}

function stage(window: number): StageC {
  return {
    kernel: 'tk_windowed_gaussian',
    params: { window },
    arrays: [],
    // Before the samples: how many there are, and where the next one goes.
    state: { type: 'int16_t', count: window + 2, elementBytes: 2 },
  };
}
