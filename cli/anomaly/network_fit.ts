// A network as a detector: trained on standardised features, converted to int8 as every model is.
import type { NetworkModel } from '../../base/detector_models.js';
import { clamp } from '../../base/fixed_point.js';
import { convert } from '../../converter/convert.js';
import { loadTfjsLayers } from '../../converter/loaders/tfjs_layers.js';
import { NETWORK_INPUT } from '../../converter/network_detector.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { standardize } from '../../trainer/anomaly/detectors/standardize.js';
import type { NetworkSpec } from '../../trainer/anomaly/detector_spec.js';
import type { Training } from '../../trainer/anomaly/fit_detector.js';
import { layersModel, type SmallNetwork } from '../../trainer/anomaly/networks/small_network.js';
import { trainNetwork } from '../../trainer/anomaly/networks/train_network.js';
import { spread } from '../conversion.js';
import type { SensorData } from './data.js';

/** Spreads that an int8 input holds. */
const FARTHEST = 127 * NETWORK_INPUT.scale;
/** Examples that ranges are measured on. */
const CALIBRATION = 200;

/** @throws KilnError `examples-too-few`, `graph-…` */
export async function fitNetwork(
  spec: NetworkSpec,
  { rows, classes, names }: Training,
  { frontEnd }: Pick<SensorData, 'frontEnd'>,
  seed: number,
): Promise<NetworkModel> {
  const standard = standardize(rows.filter((_, i) => classes[i] === 0));
  const inputs = rows.map((row) =>
    Float32Array.from(standard.mean, (mean, i) => clamp((row[i]! - mean) / standard.spread[i]!, -FARTHEST, FARTHEST)),
  );
  const axes = frontEnd?.axes ?? 1;
  const network = networkOf(spec, [axes, names.length / axes]);
  const { epochs, learningRate } = spec;
  const common = { network, inputs, epochs, learningRate, seed, onNotice: () => {} };
  const reconstruction = spec.kind === 'autoencoder';
  const weights = await trainNetwork(
    reconstruction
      ? { ...common, targets: inputs, loss: 'squared-error' }
      : { ...common, targets: classes.map((own) => Float32Array.of(own > 0 ? 1 : 0)), loss: 'cross-entropy' },
  );
  const float = loadTfjsLayers(layersModel(network), new Uint8Array(weights.buffer), spec.kind);
  const int8 = convert(float, { calibration: spread(inputs, CALIBRATION), inputQuantization: NETWORK_INPUT });
  return {
    kind: 'network',
    output: reconstruction ? 'reconstruction' : 'logit',
    channels: Array.from(standard.mean, (mean, i) => ({ mean, spread: standard.spread[i]! })),
    tflite: Buffer.from(writeTflite(int8)).toString('base64'),
  };
}

/** Filters of the two convolutions. */
const FILTERS = [8, 8];

function networkOf(spec: NetworkSpec, shape: SmallNetwork['shape']): SmallNetwork {
  const features = shape[0] * shape[1];
  if (spec.kind === 'neural-network') return { shape, convolutions: [], dense: [spec.hidden, spec.hidden, 1] };
  const { layers, hidden, bottleneck } = spec;
  return layers === 'dense'
    ? { shape, convolutions: [], dense: [hidden, bottleneck, hidden, features] }
    : { shape, convolutions: FILTERS, dense: [bottleneck, hidden, features] };
}
