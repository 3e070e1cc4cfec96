// What the steps of detectors cost on a core: linked programs and counted windows, over detectors of many kinds and sizes.
import { CASES, program, watched } from '../benchmarks/detector_cases.mjs';
import { termsOf } from '../dist/cli/estimate_detector.js';
import { constantBytes, detectorEnds, stepsOf } from '../dist/converter/detectors/program.js';
import { detectorFiles } from '../dist/converter/detectors/source.js';
import { benchModel } from '../dist/device/bench.js';
import { fitGaussianMixture } from '../dist/trainer/anomaly/detectors/gaussian_mixture.js';
import { leastSquares } from './least_squares.mjs';

/** Front ends beside those of the benchmark. */
const SPECS = {
  'all statistics': {
    ...{ samples: 128, axes: 2, detrend: 'mean', differenceLag: 1 },
    statistics: ['rms', 'difference-rms', 'mad', 'kurtosis', 'crest'],
  },
  'crest alone': { samples: 300, axes: 1, detrend: 'mean', statistics: ['crest'] },
  'mad alone': { samples: 64, axes: 3, detrend: 'mean', statistics: ['mad'] },
  'long spectrum': {
    ...{ samples: 1024, axes: 1, detrend: 'mean', statistics: ['rms', 'crest'] },
    bands: { fftSize: 1024, edges: [1, 4, 16, 64, 128, 256, 400, 513] },
  },
  'short spectrum': {
    ...{ samples: 128, axes: 3, detrend: 'mean', statistics: ['kurtosis', 'crest'] },
    bands: { fftSize: 128, edges: [1, 8, 32, 65] },
  },
};
const mixture = (components) => (features) => fitGaussianMixture(features, { components, seed: 3 });
const OWN = Object.fromEntries(
  Object.entries(SPECS).flatMap(([name, spec], i) => [
    [`mixture, ${name}`, program(mixture(3 + 2 * i), spec)],
    [`watched mixture, ${name}`, watched(program(mixture(2 + i), spec))],
  ]),
);

/** Windows of each: the usual one counts. */
const WINDOWS = 12;

/** @param counted keeps what was counted before: (name, make) → value */
export function detectorCosts(target, counted) {
  const found = Object.entries({ ...CASES, ...OWN }).map(([name, { program: own, raw }]) => {
    const file = `${name.replace(/\W+/g, '-')}.${target.name}.detector`;
    return { program: own, ...counted(file, () => measure(own, raw, target)) };
  });
  const names = [...new Set(found.flatMap((one) => Object.keys(allTerms(one.program))))].sort();
  const instructions = leastSquares(
    found.map((one) => [names.map((name) => (allTerms(one.program)[name] ?? 0) / one.median), 1]),
  );
  const code = leastSquares(
    found.map((one) => [[1, ...names.map((name) => (name in allTerms(one.program) ? 1 : 0))], one.code]),
  );
  const terms = names.map((name, i) => [
    name,
    { code: Math.round(code[i + 1]), each: Number(instructions[i].toPrecision(5)) },
  ]);
  return { base: Math.round(code[0]), terms: Object.fromEntries(terms) };
}

function allTerms(of) {
  return Object.assign({}, ...stepsOf(of).map(({ stage }) => termsOf(stage)));
}

function measure(of, raw, target) {
  const { instructions, flash } = benchModel({
    ...{ files: detectorFiles(of), name: of.name, ...detectorEnds(of), target, optimization: '-O2' },
    layers: [],
    vectors: raw
      .slice(-WINDOWS)
      .map(({ buffer, byteOffset, byteLength }) => new Int8Array(buffer, byteOffset, byteLength)),
  });
  const sorted = [...instructions].sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1], code: flash - constantBytes(of) };
}
