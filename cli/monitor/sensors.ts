// A machine's sensor in a stream, as `kiln monitor` shows it: score, alarms, and what has drifted away from training.
import { resolve } from 'node:path';
import { writeAtomic } from '../../base/files.js';
import { KilnError } from '../../base/errors.js';
import { windowOf } from '../../trainer/anomaly/detector_file.js';
import { requireFirmware } from '../detector_board.js';
import { Follower, type DetectorModel } from '../detector_model.js';
import { boardTracker, described, driftMetrics, reportOf, type DriftReport } from '../drift.js';
import { exposition, type Metric } from '../prometheus.js';
import { readRecording } from '../recording.js';
import { readResult, specHashOf, type SensorResult } from '../sensor_listening.js';
import type { Shown, StreamKind } from './kind.js';
import { fromPipe, nothingToHear, PIPE } from './source.js';

/** Samples that are worked on at a time. */
const PIECE = 64;
/** Between two writings of the metrics. */
const METRICS_MS = 1000;

/** @param metrics where Prometheus' text is written: about once a second, and at the end */
export function sensorsKind(model: DetectorModel, metrics: string | undefined): StreamKind {
  const { sampleRate, channels } = model.file.sensor;
  const view = new SensorView(model);
  const follower = new Follower(model);
  const gauge = new MetricsFile(metrics);
  return {
    ...{ sampleRate, channels: channels.length, events: 'changes' },
    samples(source, context) {
      if (source === PIPE) return fromPipe(context, channels.length);
      if (typeof source === 'string') return recorded(model, resolve(context.cwd, source));
      throw nothingToHear('Name a recording (CSV or JSON), or - for raw 16-bit samples on stdin, channel by channel.');
    },
    requireBoard(facts, client) {
      if (facts.kind !== 'sensors') throw listensTo(facts.kind, client.path);
      requireFirmware(model, client);
      if (facts.specHash === specHashOf(model.file)) return;
      const todo = 'Build and flash the firmware anew: `kiln project`, `kiln build`, `kiln flash`.';
      const what = 'its front end is not the one of the detector';
      throw new KilnError('frontend-mismatch', { where: `port ${client.path}`, what, todo });
    },
    reader: () => (bytes) => view.shown(readResult(bytes)),
    listener() {
      const windows = new Windows(model);
      return (samples) => {
        const found = [...windows.push(samples)].map((window) => {
          const { scores, alarm, drift } = follower.push(window.samples);
          return view.shown({ window: window.number, scores, alarm, drift });
        });
        gauge.write(() => view.metrics(follower.tracker && reportOf(model, follower.tracker)));
        return found;
      };
    },
    async conclude({ reporter }, board) {
      const tracker = board ? await boardTracker(model, board) : follower.tracker;
      const report = tracker && reportOf(model, tracker);
      gauge.writeNow(view.metrics(report));
      const moved = report?.quantities.filter((finding) => finding.moved.length > 0) ?? [];
      for (const finding of moved) reporter.line(`drift: ${described(finding)}`);
    },
  };
}

async function* recorded(model: DetectorModel, path: string): AsyncGenerator<Int16Array> {
  const { channels } = model.file.sensor;
  const samples = readRecording(path, channels);
  const size = PIECE * channels.length;
  for (let at = 0; at < samples.length; at += size) yield samples.subarray(at, at + size);
}

function listensTo(kind: string, path: string): KilnError {
  const what = kind === 'none' ? 'its firmware listens to nothing' : `its firmware listens to ${kind}, not to sensors`;
  const todo = 'Give it firmware of this detector: `kiln project`, `kiln build`, `kiln flash`.';
  return new KilnError('stream-kind', { where: `port ${path}`, what, todo });
}

/** Cuts a stream, whatever its pieces, into the detector's windows. */
class Windows {
  private waiting = new Int16Array();
  private number = 0;

  constructor(private readonly model: DetectorModel) {}

  *push(samples: Int16Array): Generator<{ number: number; samples: Int16Array }> {
    const { file } = this.model;
    const { length } = file.sensor.channels;
    const [size, step] = [windowOf(file) * length, file.stride * length];
    this.waiting = Int16Array.from([...this.waiting, ...samples]);
    while (this.waiting.length >= Math.max(size, step)) {
      yield { number: this.number++, samples: this.waiting.subarray(0, size) };
      this.waiting = this.waiting.slice(step);
    }
  }
}

/** What a person sees of each window: the score beside the threshold, and what began or ended with it. */
class SensorView {
  private alarm = false;
  private drift = false;
  private alarms = 0;
  private windows = 0;

  constructor(private readonly model: DetectorModel) {}

  shown({ window, scores, alarm, drift }: SensorResult): Shown {
    const { file, program } = this.model;
    const seconds = (window * file.stride + windowOf(file)) / file.sensor.sampleRate;
    const score = scores[0]! / 2 ** program.detector.scoreBits;
    const events = [...this.changes(alarm, drift)];
    this.windows++;
    if (alarm && !this.alarm) this.alarms++;
    [this.alarm, this.drift] = [alarm, drift];
    const relative = file.alarm.raise > 0 ? score / file.alarm.raise : 0;
    return {
      seconds,
      values: [
        {
          name: `score ${score.toPrecision(3)}, alarm above ${file.alarm.raise.toPrecision(3)}; now`,
          value: Math.min(1, Math.max(0, relative)),
        },
      ],
      event: events.length > 0 ? `${events.join(', ')} (score ${score.toPrecision(3)})` : undefined,
      data: { seconds, window, score, alarm, drift },
    };
  }

  private *changes(alarm: boolean, drift: boolean): Generator<string> {
    if (alarm !== this.alarm) yield alarm ? 'alarm' : 'alarm over';
    if (drift !== this.drift) yield drift ? 'drift' : 'drift over';
  }

  /** Of the stream, and of drift where that is watched. */
  metrics(report: DriftReport | undefined): Metric[] {
    const labels = { model: this.model.hash };
    const of = (name: string, help: string, type: Metric['type'], value: number): Metric => ({
      ...{ name, help, type },
      samples: [{ labels, value }],
    });
    return [
      of('tinykiln_stream_windows_total', 'Windows of the stream.', 'counter', this.windows),
      of('tinykiln_alarms_total', 'Alarms that were raised.', 'counter', this.alarms),
      of('tinykiln_alarm', 'Whether there is an alarm now.', 'gauge', this.alarm ? 1 : 0),
      ...(report ? driftMetrics(report) : []),
    ];
  }
}

/** Prometheus' text in a file, if one is wanted. */
class MetricsFile {
  private written = -Infinity;

  constructor(private readonly path: string | undefined) {}

  /** Not more often than about once a second. */
  write(metrics: () => Metric[]): void {
    if (this.path === undefined || performance.now() - this.written < METRICS_MS) return;
    this.writeNow(metrics());
  }

  writeNow(metrics: readonly Metric[]): void {
    if (this.path === undefined) return;
    writeAtomic(this.path, exposition(metrics));
    this.written = performance.now();
  }
}
