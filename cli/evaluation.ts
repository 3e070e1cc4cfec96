// `kiln evaluate` of a keyword spotter: its clips one by one, long streams of held-out words, and the thresholds to use.
import type {
  ClipFigures,
  ChosenPoint,
  KeywordEvaluation,
  RateIntervals,
  StreamFigures,
} from '../base/keyword_evaluation.js';
import { modelHash } from '../converter/compile.js';
import { auc, rocCurve } from '../trainer/anomaly/metrics/roc.js';
import { Recordings, clipLength, cut } from '../trainer/clip_audio.js';
import { loadDataset, type Clip, type Dataset } from '../trainer/datasets/dataset.js';
import { bootstrapRates, bootstrapShare } from '../trainer/detection/bootstrap.js';
import { ClipScorer } from '../trainer/detection/clip_scores.js';
import { keywordThresholds } from '../trainer/detection/keyword_thresholds.js';
import { Listener } from '../trainer/detection/listener.js';
import {
  choosePoint,
  detect,
  operatingPoints,
  type OperatingPoint,
  type PosteriorStream,
} from '../trainer/detection/operating_points.js';
import { NEVER } from '../trainer/detection/spec.js';
import { longStream, type LongStream } from '../trainer/detection/stream_recipe.js';
import { ratesOf, scoreStream, total, type Tally } from '../trainer/detection/stream_score.js';
import { evaluate } from '../trainer/evaluate.js';
import type { Context } from './context.js';
import { dataOptions, type DataOverride } from './data.js';
import { heardBy, inferenceOf, type Ear } from './listening.js';
import type { Model } from './model.js';
import type { Project } from './project.js';

/** Seconds behind a word's second in which its detection is right: smoothing takes its time. */
const TOLERANCE = 0.75;
/** Rounding of a thinned curve: a point for each of so many thresholds. */
const CURVE = 64;

export interface EvaluationOptions extends DataOverride {
  minutes: number;
  /** False accepts in an hour. */
  limit: number;
  seed: number;
}

/** A model, and the people who have never spoken to it. */
export interface Subject {
  model: Model;
  ear: Ear;
  dataset: Dataset;
  recordings: Recordings;
}

/** @throws KilnError of the data set, `stream-words`, `detection-unreachable` */
export async function evaluateKeywords(
  project: Project,
  model: Model,
  ear: Ear,
  options: EvaluationOptions,
  context: Context,
): Promise<KeywordEvaluation> {
  const subject = await subjectOf(project, model, ear, options, context);
  const clips = clipFigures(subject, context);
  const val = hear(subject, 'val', options, context);
  const test = hear(subject, 'test', options, context);
  return {
    kind: 'keywords',
    model: modelHash(model.bytes),
    labels: ear.labels,
    keywords: heardBy(ear),
    clips,
    streams: { val: streamFigures(ear, val, options.limit), test: streamFigures(ear, test, options.limit) },
    chosen: choose(ear, val, test, options.limit),
  };
}

/** @throws KilnError of the data set */
export async function subjectOf(
  project: Project,
  model: Model,
  ear: Ear,
  override: DataOverride,
  { cwd, reporter }: Context,
): Promise<Subject> {
  const dataset = await loadDataset({ ...dataOptions(project, cwd, override), labels: ear.labels });
  for (const notice of dataset.notices) reporter.notice(notice);
  return { model, ear, dataset, recordings: new Recordings(dataset.root, ear.frontend.sampleRate) };
}

/** @throws KilnError `stream-words` */
export function streamOfSplit(
  { ear, dataset }: Subject,
  split: 'val' | 'test',
  { minutes, seed }: Pick<EvaluationOptions, 'minutes' | 'seed'>,
): LongStream {
  const { sampleRate } = ear.frontend;
  const keywords = new Map(heardBy(ear).map((keyword) => [keyword, ear.labels.indexOf(keyword)]));
  const clips = dataset.clips.filter((clip) => clip.split === split);
  return longStream(clips, { minutes, seed, sampleRate, keywords, labels: dataset.labels });
}

function clipFigures({ model, ear, dataset, recordings }: Subject, { reporter }: Context): ClipFigures {
  const own = dataset.clips.filter(({ split }) => split === 'test');
  const scorer = new ClipScorer(ear, inferenceOf(model));
  const samples = new Int16Array(clipLength(ear.frontend.sampleRate));
  const scores = own.map((clip, i) => {
    const { samples: recorded, start } = recordings.clip(clip);
    cut(recorded, start, samples);
    reporter.progress('clips', i + 1, own.length);
    return scorer.score(samples);
  });
  const classes = ear.labels.length;
  const flat = Int8Array.from(scores.flatMap((one) => [...one]));
  const truth = Uint8Array.from(own, ({ label }) => label);
  const { examples, accuracy, confusion, recall, precision } = evaluate(flat, truth, classes);
  const right = scores.map((one, i) => one.indexOf(Math.max(...one)) === truth[i]);
  const speakers = bySpeaker(own, right);
  return {
    ...{ examples, accuracy, confusion },
    interval: bootstrapShare(speakers.map(({ right: part, clips: whole }) => ({ part, whole }))),
    recall: recall.map(orNull),
    precision: precision.map(orNull),
    speakers: speakers.map(({ speaker, clips, right: part }) => ({ speaker, clips, accuracy: part / clips })),
    roc: heardBy(ear).map((keyword) => rocOf(keyword, ear.labels.indexOf(keyword), scores, truth)),
  };
}

const orNull = (value: number) => (Number.isNaN(value) ? null : value);

/** The worst first; a clip without a speaker is its own. */
function bySpeaker(clips: readonly Clip[], right: readonly boolean[]) {
  const found = new Map<string, { speaker: string; clips: number; right: number }>();
  clips.forEach(({ speaker, path }, i) => {
    const key = speaker || path;
    const known = found.get(key) ?? { speaker: key, clips: 0, right: 0 };
    found.set(key, { ...known, clips: known.clips + 1, right: known.right + (right[i] ? 1 : 0) });
  });
  return [...found.values()].sort((a, b) => a.right / a.clips - b.right / b.clips || b.clips - a.clips);
}

function rocOf(
  keyword: string,
  label: number,
  scores: readonly Int8Array[],
  truth: Uint8Array,
): ClipFigures['roc'][number] {
  const own = scores.map((one) => one[label]!);
  const isOwn = Array.from(truth, (one) => (one === label ? 1 : 0));
  return { keyword, auc: auc(own, isOwn), ...rocCurve(own, isOwn) };
}

type Heard = PosteriorStream & { stream: LongStream };

/** The posteriors of a long stream of a split. */
function hear(
  subject: Subject,
  split: 'val' | 'test',
  options: EvaluationOptions,
  { reporter, signal }: Context,
): Heard {
  const { model, ear, recordings } = subject;
  const { sampleRate } = ear.frontend;
  const stream = streamOfSplit(subject, split, options);
  const listener = new Listener(ear, inferenceOf(model));
  const steps: Heard['steps'][number][] = [];
  const seconds: number[] = [];
  let heard = 0;
  for (const piece of stream.pieces(recordings)) {
    signal.throwIfAborted();
    for (const step of listener.feed(piece)) {
      steps.push(step.posteriors);
      seconds.push(step.samples / sampleRate);
    }
    heard += piece.length / sampleRate;
    reporter.progress(`${split} stream`, Math.round(heard), Math.round(stream.seconds), 's');
  }
  return {
    steps,
    stepSeconds: (seconds[1] ?? 0) - (seconds[0] ?? 0),
    segments: stream.segments,
    tolerance: TOLERANCE,
    stream,
  };
}

function streamFigures({ detection }: Ear, heard: Heard, limit: number): StreamFigures {
  const points = operatingPoints(detection, heard);
  const best = points.some(({ falseAccepts }) => falseAccepts <= limit) ? choosePoint(points, limit) : undefined;
  const plain = ({ threshold, falseRejects, falseAccepts }: OperatingPoint) => ({
    threshold,
    falseRejects,
    falseAccepts,
  });
  return {
    seconds: heard.stream.seconds,
    words: heard.stream.words,
    keywords: heard.segments.filter(({ keyword }) => keyword !== undefined).length,
    points: points.filter((_, i) => i % Math.ceil(points.length / CURVE) === 0).map(plain),
    atLimit: best ? { ...plain(best), intervals: intervalsOf([...best.tallies.values()]) } : null,
  };
}

/** Thresholds by the val stream, and what they give on the test stream. */
function choose({ detection, labels }: Ear, val: Heard, test: Heard, limit: number): ChosenPoint {
  const { threshold } = choosePoint(operatingPoints(detection, val), limit);
  const thresholds = keywordThresholds(detection, val, threshold, limit);
  const spec = { ...detection, thresholds };
  const tallies = (heard: Heard) => [...scoreStream(heard.segments, detect(spec, heard), heard.tolerance).values()];
  const [onVal, onTest] = [tallies(val), tallies(test)];
  return {
    limit,
    thresholds: Object.fromEntries(
      labels.flatMap((label, i) => (detection.thresholds[i] === NEVER ? [] : [[label, thresholds[i]!]])),
    ),
    val: ratesOf(total(onVal)),
    test: { ...ratesOf(total(onTest)), intervals: intervalsOf(onTest) },
  };
}

function intervalsOf(tallies: readonly Tally[]): RateIntervals {
  return bootstrapRates(tallies);
}
