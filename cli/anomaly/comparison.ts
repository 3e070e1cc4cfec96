// `kiln compare`: every detector that suits the data, trained, judged and counted on a core; what the dearer one buys.
import { detectorEnds, stepsOf } from '../../converter/detectors/program.js';
import { detectorFiles } from '../../converter/detectors/source.js';
import { benchModel, type BenchResult } from '../../device/bench.js';
import type { BenchTarget } from '../../firmware-templates/index.js';
import type { DetectorSpec } from '../../trainer/anomaly/detector_spec.js';
import { learnsFaults } from '../../trainer/anomaly/detector_spec.js';
import type { AnomalyEvaluation } from '../../trainer/anomaly/evaluate_alarms.js';
import { KilnError } from '../../base/errors.js';
import { percent } from '../budget.js';
import { resultOf, Follower, samplesOf, type DetectorModel } from '../detector_model.js';
import type { Reporter } from '../reporter.js';
import { formatBytes } from '../units.js';
import type { AnomalyConfig } from './config.js';
import type { SensorData } from './data.js';
import { defaultDetector } from './detector_config.js';
import { evaluateDetector } from './evaluation.js';
import { trainDetector, vectorsOf } from './training.js';

export interface Compared {
  kind: DetectorSpec['kind'];
  /** Whether it is the one of kiln.yaml, or one with the usual figures. */
  chosen: boolean;
  /** Whether it learned from faults too, which the others have never seen. */
  supervised: boolean;
  evaluation: AnomalyEvaluation;
  cost: Cost;
}

/** Of front end, detector and alarm together. Bytes. */
export interface Cost {
  /** Of the dearest window; and of the front end and the detector in the first. */
  instructions: number;
  frontEnd: number;
  detector: number;
  flash: number;
  ram: number;
  stack: number;
  /** Windows whose results on the core are the host's. */
  equal: number;
  vectors: number;
}

/** Windows that each detector is run on. */
const VECTORS = 4;

/** Those that can be fitted to the data: the config's own first. */
export function candidates({ detector }: AnomalyConfig, data: SensorData): DetectorSpec[] {
  const faults = data.windows.some((window) => window.part === 'train' && window.class > 0);
  const learned = (['decision-tree', 'random-forest', 'naive-bayes', 'neural-network'] as const).filter(() => faults);
  const streaming = data.names.length === 1 ? (['windowed-gaussian', 'record'] as const) : [];
  const featured = data.frontEnd ? (['autoencoder'] as const) : [];
  const kinds = [...NOVELTY, ...featured, ...streaming, ...learned].filter((kind) => kind !== detector.kind);
  return [detector, ...kinds.map(defaultDetector)];
}

const NOVELTY = ['mahalanobis', 'pca', 'gaussian-mixture', 'k-means', 'isolation-forest', 'ewma', 'cusum'] as const;

/** @throws KilnError `tool-missing`, `build-failed`, `bench-failed` */
export async function compareDetector(
  config: AnomalyConfig,
  spec: DetectorSpec,
  data: SensorData,
  target: BenchTarget,
): Promise<Compared> {
  const { model } = await trainDetector({ ...config, drift: false }, spec, data, spec.kind);
  return {
    kind: spec.kind,
    chosen: spec === config.detector,
    supervised: learnsFaults(spec),
    evaluation: evaluateDetector(model, data),
    cost: costOf(model, vectorsOf(data, VECTORS), target),
  };
}

function costOf(model: DetectorModel, vectors: readonly Int8Array[], target: BenchTarget): Cost {
  const { program } = model;
  const inputs = program.detector.input.type === 'int32_t' && !program.frontEnd ? [] : vectors;
  const found = benchDetector(model, inputs, target);
  const ofStep = (name: string) => found.layers[stepsOf(program).findIndex((step) => step.name === name)] ?? 0;
  return {
    instructions: Math.max(...found.instructions),
    frontEnd: ofStep('front_end'),
    detector: ofStep('detector'),
    flash: found.flash,
    ram: found.ram,
    stack: found.stackBound.bytes,
    equal: equalResults(model, inputs, found),
    vectors: inputs.length,
  };
}

/** Its steps are the layers. @throws KilnError `tool-missing`, `build-failed`, `bench-failed` */
export function benchDetector(
  { program }: DetectorModel,
  vectors: readonly Int8Array[],
  target: BenchTarget,
): BenchResult {
  const layers = stepsOf(program).map(({ name }) => `${name}_run`);
  const options = { files: detectorFiles(program), name: program.name, ...detectorEnds(program), layers, target };
  return benchModel({ ...options, vectors, optimization: '-O2' });
}

/** Scores in full; of the alarm's word the byte that a result has. */
function equalResults(model: DetectorModel, inputs: readonly Int8Array[], { outputs }: BenchResult): number {
  const follower = new Follower(model);
  return inputs.filter((input, i) => {
    const expected = resultOf(model, follower.push(samplesOf(input)));
    return Buffer.from(expected).equals(Buffer.from(outputs[i]!.subarray(0, expected.length)));
  }).length;
}

/** The best first: by AUC where there are faults, else by false alarms. */
export function ranked(all: readonly Compared[]): Compared[] {
  const merit = ({ evaluation: { ranking, events } }: Compared) => ranking?.auc ?? -events.falseAlarmsPerDay;
  return [...all].sort((a, b) => merit(b) - merit(a) || a.cost.instructions - b.cost.instructions);
}

export function reportComparison(reporter: Reporter, all: readonly Compared[], target: string): void {
  const figure = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? '-' : value.toFixed(4));
  const number = (value: number) => value.toLocaleString('en');
  reporter.table(
    ['detector', 'AUC', 'pAUC', 'F1', 'FAR', 'events', 'false a day', 'flash', 'RAM + stack', 'instructions'],
    all.map(({ kind, chosen, supervised, evaluation: { ranking, points, events }, cost }) => [
      `${kind}${supervised ? ' †' : ''}${chosen ? ' *' : ''}`,
      figure(ranking?.auc),
      figure(ranking?.partialAuc),
      figure(points.f1),
      percent(points.falseAlarmRate),
      `${events.detected}/${events.events}`,
      events.falseAlarmsPerDay.toFixed(0),
      formatBytes(cost.flash),
      formatBytes(cost.ram + cost.stack),
      `${number(cost.instructions)} (${number(cost.detector)})`,
    ]),
  );
  reporter.line(`* of kiln.yaml, the others as they are by default; † learned from faults as well`);
  reporter.line(`instructions of a window on ${target}, counted: in all, and of the detector alone`);
}

/** @throws KilnError `outputs-differ`, fault of the check, where the core computed something else than the host */
export function requireEqual(all: readonly Compared[]): void {
  const wrong = all.find(({ cost }) => cost.equal < cost.vectors);
  if (!wrong) return;
  const what = `${wrong.cost.equal} of ${wrong.cost.vectors} windows have the host's results`;
  const todo = 'Report this, with build/detector.json.';
  throw new KilnError('outputs-differ', { where: `detector ${wrong.kind}`, what, todo }, 'check');
}
