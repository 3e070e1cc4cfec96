// MLPerf Tiny's performance and accuracy modes against any device that speaks its protocol. Energy needs a power monitor.
import { KilnError } from '../base/errors.js';
import type { Link } from './link.js';
import { argmax, averaged, median, normalized, rocAuc, rocAucOfClasses } from './mlperf_scores.js';
import { BoardClient } from './protocol.js';

/** What the device says of itself. */
export interface Subject {
  name: string;
  profile: string;
  model: string;
}

export interface Sample {
  /** As reports name it. */
  file: string;
  /** Index of its class; of an anomaly set, 0 is normal and all else is not. */
  label: number;
  /** Input tensors: several where a recording is scored window by window. */
  inputs: readonly Int8Array[];
}

interface RunOptions {
  link: Link;
  /** Longest silence of the device, beyond the time that its inferences take. */
  timeoutMs: number;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

export interface PerformanceOptions extends RunOptions {
  /** One for each window, taken in turn. */
  inputs: readonly Int8Array[];
  /** Shortest window, on the device's clock. */
  seconds: number;
  /** Inferences of a window; without it, as many as `seconds` takes, and 10 at least. */
  iterations?: number | undefined;
  /** Inferences before each window that are not counted. */
  warmups: number;
}

export interface Window {
  iterations: number;
  /** On the device's clock. */
  seconds: number;
  /** Of the command on the host's clock: warm-ups and transfer are in it. */
  hostSeconds: number;
  /** Inferences per second. */
  throughput: number;
}

export interface Performance {
  windows: Window[];
  /** Median of the windows, in inferences per second. */
  throughput: number;
  /** One inference at that throughput. */
  latencyMs: number;
  /** Every window took the 10 s that MLPerf Tiny's runner wants. */
  longEnough: boolean;
  /** Seconds of the device's clock per second here: 1 on hardware whose clock is set right. */
  clockRatio: number;
}

export interface Prediction {
  file: string;
  label: number;
  /** Class of the highest score; absent where there is one score alone. */
  predicted?: number;
  /** Means over the sample's inputs: of the classes, each sample's summing to 1, or of the anomaly score. */
  scores: number[];
}

export interface AccuracyOptions extends RunOptions {
  samples: readonly Sample[];
  /** The anomaly score of results that are no scores, such as an autoencoder's reconstruction; undefined where they are. */
  anomalyScore?: ((input: Int8Array, results: readonly number[]) => number | undefined) | undefined;
}

export interface Accuracy {
  samples: number;
  /** Share of samples whose highest score is their class's; absent for anomaly scores. */
  top1?: number;
  /** Area under the ROC curve, the mean over the classes; absent where the samples lack a class. */
  auc?: number;
  predictions: Prediction[];
}

const WINDOWS = 5;
/** MLPerf Tiny's window: this long, or this many inferences. Ours is both. */
export const REQUIRED_SECONDS = 10;
const REQUIRED_ITERATIONS = 10;
/** A pilot this long says well enough how long an inference takes. */
const PILOT_SECONDS = 0.1;
/** The pilot's error and the device's jitter. */
const MARGIN = 1.05;
/** Host seconds after which a clock that has hardly moved is taken for one that stands still. */
const STANDSTILL_SECONDS = 2;

/** @throws KilnError the errors of link and protocol. */
export async function identify(link: Link, timeoutMs: number): Promise<Subject> {
  const board = await BoardClient.connect(link, timeoutMs);
  return { name: await board.name(), ...(await board.profile()) };
}

/** Five windows of inferences, and their median. @throws KilnError `board-clock`, and the errors of link and protocol. */
export async function measurePerformance(options: PerformanceOptions): Promise<Performance> {
  const { link, inputs, timeoutMs, warmups, onProgress, signal } = options;
  const board = await BoardClient.connect(link, timeoutMs);
  await board.loadInput(inputs[0]!);
  let plan = options.iterations ? { iterations: options.iterations, hostSeconds: 0 } : await pilot(board, options);
  const windows: Window[] = [];
  while (windows.length < WINDOWS) {
    signal?.throwIfAborted();
    onProgress?.(windows.length, WINDOWS);
    await board.loadInput(inputs[windows.length % inputs.length]!);
    const window = await measure(await patient(options, plan.hostSeconds), plan.iterations, warmups);
    if (!options.iterations && window.seconds < options.seconds) plan = planned(window, options.seconds);
    else windows.push(window);
  }
  onProgress?.(WINDOWS, WINDOWS);
  return summary(windows, warmups);
}

function summary(windows: Window[], warmups: number): Performance {
  const throughput = median(windows.map((window) => window.throughput));
  const share = ({ iterations }: Window) => iterations / (iterations + warmups);
  return {
    windows,
    throughput,
    latencyMs: 1000 / throughput,
    longEnough: windows.every(({ seconds }) => seconds >= REQUIRED_SECONDS),
    clockRatio: median(windows.map((window) => window.seconds / (window.hostSeconds * share(window)))),
  };
}

/** Tenfold runs until one is long enough to tell the time of an inference. */
async function pilot(board: BoardClient, { seconds }: PerformanceOptions): Promise<Plan> {
  for (let iterations = 1; ; iterations *= 10) {
    const window = await measure(board, iterations, 0);
    if (window.seconds >= Math.min(PILOT_SECONDS, seconds)) return planned(window, seconds);
    if (window.hostSeconds > STANDSTILL_SECONDS) throw standstill(board, window);
  }
}

interface Plan {
  iterations: number;
  /** How long the host is likely to wait for them. */
  hostSeconds: number;
}

function planned({ iterations, seconds, hostSeconds }: Window, wanted: number): Plan {
  const needed = Math.max(REQUIRED_ITERATIONS, Math.ceil((MARGIN * wanted * iterations) / seconds));
  return { iterations: needed, hostSeconds: (needed / iterations) * hostSeconds };
}

/** The same device, given the time that a window takes. */
function patient({ link, timeoutMs }: RunOptions, hostSeconds: number): Promise<BoardClient> {
  const expected = Math.max(hostSeconds, REQUIRED_SECONDS);
  return BoardClient.connect(link, timeoutMs + 3000 * expected);
}

async function measure(board: BoardClient, iterations: number, warmups: number): Promise<Window> {
  const started = performance.now();
  const { microseconds } = await board.infer(iterations, warmups);
  const hostSeconds = (performance.now() - started) / 1000;
  const seconds = microseconds / 1e6;
  return { iterations, seconds, hostSeconds, throughput: iterations / seconds };
}

function standstill({ path }: BoardClient, { iterations, seconds, hostSeconds }: Window): KilnError {
  const what = `its clock moved ${seconds} s while ${iterations} inferences took ${hostSeconds.toFixed(1)} s here`;
  const todo = 'Mend the timer of the firmware (port_ticks() in ours): without it nothing can be timed.';
  return new KilnError('board-clock', { where: `port ${path}`, what, todo }, 'device');
}

/** One inference for each input of each sample. @throws KilnError `results-length`, and the errors of link and protocol. */
export async function measureAccuracy(options: AccuracyOptions): Promise<Accuracy> {
  const { link, samples, timeoutMs, onProgress, signal } = options;
  const board = await BoardClient.connect(link, timeoutMs);
  const predictions: Prediction[] = [];
  for (const [done, sample] of samples.entries()) {
    signal?.throwIfAborted();
    predictions.push(await predict(board, sample, options));
    onProgress?.(done + 1, samples.length);
  }
  return judged(predictions, board);
}

async function predict(board: BoardClient, sample: Sample, { anomalyScore }: AccuracyOptions): Promise<Prediction> {
  const rows: number[][] = [];
  for (const input of sample.inputs) {
    await board.loadInput(input);
    const { results } = await board.infer(1, 0);
    const anomaly = anomalyScore?.(input, results);
    if (anomaly !== undefined) rows.push([anomaly]);
    else rows.push(results.length > 1 ? normalized(results) : results);
  }
  const scores = averaged(rows);
  const { file, label } = sample;
  return { file, label, ...(scores.length > 1 && { predicted: argmax(scores) }), scores };
}

function judged(predictions: Prediction[], { path }: BoardClient): Accuracy {
  const classes = predictions[0]!.scores.length;
  const odd = predictions.find(({ scores }) => scores.length !== classes);
  if (odd) {
    const what = `${odd.scores.length} results for ${odd.file}, and ${classes} for the first sample`;
    const todo = 'Check the firmware: every inference has the same number of results.';
    throw new KilnError('results-length', { where: `port ${path}`, what, todo }, 'device');
  }
  const labels = predictions.map(({ label }) => label);
  const samples = predictions.length;
  if (classes === 1) return { samples, ...present('auc', anomalyAuc(predictions)), predictions };
  const top1 = predictions.filter(({ label, predicted }) => predicted === label).length / samples;
  const scores = predictions.map((prediction) => prediction.scores);
  return { samples, top1, ...present('auc', rocAucOfClasses(scores, labels)), predictions };
}

function anomalyAuc(predictions: readonly Prediction[]): number | undefined {
  return rocAuc(
    predictions.map(({ scores }) => scores[0]!),
    predictions.map(({ label }) => label !== 0),
  );
}

function present<K extends string>(key: K, value: number | undefined): { [key in K]?: number } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]: number });
}
