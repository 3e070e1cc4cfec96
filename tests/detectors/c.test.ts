// Every detector's and front end's C gives the host's integers to the bit: under the sanitizers here, and on a Cortex-M4.
import { describe, expect, it } from 'vitest';
import { quadratic } from '../../converter/detectors/quadratic.js';
import { scoreAll } from '../../converter/detectors/detector.js';
import { sensorFrontEnd } from '../../converter/detectors/sensor_front_end.js';
import type { DetectorProgram } from '../../converter/detectors/program.js';
import { detectorFiles } from '../../converter/detectors/source.js';
import { SensorFrontEnd, type SensorSpec } from '../../trainer/sensors/front_end.js';
import { CASES } from './cases.js';
import { outputsOf, runOnCore, runOnHost, type Input } from './compiled.js';
import { windowsOf } from './windows.js';

const CORE = 'virtual-cortex-m4';

async function expectInC(program: DetectorProgram, inputs: readonly Input[], outputs: Int32Array): Promise<void> {
  expect(new Set(outputs).size).toBeGreaterThan(3);
  expect(await runOnHost(program, inputs)).toEqual(outputs);
  expect(runOnCore(program, inputs, CORE).outputs).toEqual(outputs);
}

describe('detectors in C', () => {
  it.each(Object.entries(CASES))('%s', (_, { program, inputs }) =>
    expectInC(program, inputs, outputsOf(program, inputs)),
  );
});

describe('a program that cannot be', () => {
  const { program } = CASES['pca']!;
  const frontEnd = new SensorFrontEnd({ samples: 16, axes: 1, detrend: 'mean', statistics: ['rms'] });

  it('is refused where the detector reads other features than the front end makes', () => {
    const mixed = { ...program, frontEnd: sensorFrontEnd(frontEnd.model()) };
    expect(() => detectorFiles(mixed)).toThrow(
      'pca: the detector reads 4 values of int16_t, and the front end makes 1',
    );
  });

  it('is refused where its name is none in C', () => {
    expect(() => detectorFiles({ ...program, name: 'a-b' })).toThrow('it is no C identifier');
  });
});

const ALL = ['rms', 'difference-rms', 'mad', 'kurtosis', 'crest'] as const;

const SPECS: Record<string, SensorSpec> = {
  'all statistics, mean': { samples: 200, axes: 3, detrend: 'mean', statistics: ALL, differenceLag: 4 },
  'all statistics, line': { samples: 33, axes: 2, detrend: 'line', statistics: ALL },
  'bands, radix 4': {
    samples: 128,
    axes: 2,
    detrend: 'line',
    statistics: ['rms'],
    bands: { fftSize: 128, edges: [1, 2, 5, 20, 65] },
  },
  'bands, radix 2, zero-padded': {
    samples: 50,
    axes: 1,
    detrend: 'mean',
    statistics: [],
    bands: { fftSize: 64, edges: [1, 8, 33] },
  },
  'the longest window': { samples: 2048, axes: 1, detrend: 'line', statistics: ALL },
};

/** Shows every feature by itself: feature + 2¹⁵, squared, where one step of a feature changes the score. */
function eachFeature(features: number) {
  const form = (start: number) => ({
    centre: new Array<number>(features).fill(-32768),
    rows: [{ start, entries: [1 / 256] }],
    offset: 0,
  });
  return quadratic({
    kind: 'quadratic',
    output: 'likelihoods',
    forms: Array.from({ length: features }, (_, i) => form(i)),
  });
}

describe('sensor front ends in C', () => {
  it.each(Object.entries(SPECS))('%s', async (_, spec) => {
    const frontEnd = new SensorFrontEnd(spec);
    const windows = windowsOf(spec.samples, spec.axes);
    const detector = eachFeature(frontEnd.features.length);
    const features = windows.map((window) => frontEnd.transform(window).slice());
    const program = { name: 'features', frontEnd: sensorFrontEnd(frontEnd.model()), detector };
    await expectInC(program, windows, scoreAll(detector, features));
  });
});
