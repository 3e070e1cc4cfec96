// Networks as detectors: trained, made int8, and the same scores from C under the sanitizers and on an emulated Cortex-M4.
import { describe, expect, it } from 'vitest';
import { Random } from '../../base/random.js';
import type { NetworkModel } from '../../base/detector_models.js';
import { fitNetwork } from '../../cli/anomaly/network_fit.js';
import { defaultDetector } from '../../cli/anomaly/detector_config.js';
import { scoreAll } from '../../converter/detectors/detector.js';
import { detectorWithNetwork } from '../../converter/network_detector.js';
import type { NetworkSpec } from '../../trainer/anomaly/detector_spec.js';
import { auc } from '../../trainer/anomaly/metrics/roc.js';
import { outputsOf, runOnCore, runOnHost } from './compiled.js';

const FEATURES = 12;
const NAMES = Array.from({ length: FEATURES }, (_, i) => `f${i}`);
const FRONT_END = { samples: 16, axes: 2, detrend: 'mean', statistics: [] } as const;

/** Three causes behind twelve features; a fault breaks one feature's tie to them. */
function examples(count: number, seed: number, fault: boolean): Int16Array[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, n) => {
    const causes = [0, 1, 2].map(() => 500 * random.normal());
    const row = Int16Array.from(NAMES, (_, i) => causes[i % 3]! + 30 * random.normal() + 100 * i);
    if (fault) row[n % FEATURES]! += n % 2 ? 700 : -700;
    return row;
  });
}

const normal = examples(400, 1, false);
const faults = examples(200, 2, true);
const test = [...examples(100, 3, false), ...examples(100, 4, true), Int16Array.from(NAMES, () => 32767)];
const labels = test.map((_, i) => (i < 100 ? 0 : 1));

const SPECS: Record<string, NetworkSpec> = {
  'a dense autoencoder': { ...(defaultDetector('autoencoder') as NetworkSpec), epochs: 25 },
  'a convolutional autoencoder': {
    ...{ kind: 'autoencoder', layers: 'convolution', hidden: 16, bottleneck: 4, epochs: 25, learningRate: 0.01 },
  },
  'a network that tells faults': { ...(defaultDetector('neural-network') as NetworkSpec), epochs: 25 },
};

function fit(spec: NetworkSpec): Promise<NetworkModel> {
  const supervised = spec.kind === 'neural-network';
  const rows = supervised ? [...normal, ...faults] : normal;
  const classes = rows.map((_, i) => (i < normal.length ? 0 : 1));
  return fitNetwork(spec, { rows, classes, classCount: 2, names: NAMES, features: true }, { frontEnd: FRONT_END }, 1);
}

describe('networks', () => {
  it.each(Object.entries(SPECS))('%s finds faults, with the same integers in C', async (_, spec) => {
    const detector = detectorWithNetwork(await fit(spec), FEATURES, 'net');
    expect(auc(scoreAll(detector, test), labels)).toBeGreaterThan(0.8);
    const program = { name: 'net', detector };
    const inputs = test.slice(90);
    const expected = outputsOf(program, inputs);
    expect(await runOnHost(program, inputs)).toEqual(expected);
    if (spec.kind === 'autoencoder' && spec.layers === 'convolution') {
      expect(runOnCore(program, inputs, 'virtual-cortex-m4').outputs).toEqual(expected);
    }
  });

  it('are refused where their tensors are other than the features', async () => {
    const model = await fit({ ...SPECS['a dense autoencoder']!, epochs: 1 });
    const fewer = { ...model, channels: model.channels.slice(1) };
    expect(() => detectorWithNetwork(fewer, FEATURES - 1, 'net')).toThrow(
      'its input has 12 elements, and 11 are expected',
    );
    const other = { ...model, tflite: Buffer.from('no model').toString('base64') };
    expect(() => detectorWithNetwork(other, FEATURES, 'net')).toThrow('network');
  });
});
