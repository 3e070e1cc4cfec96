// Models at work: in streams, on machines, against the clock.
import type { Command } from './command.js';
import { model, data, manifest, board, timeout, anyPort, serial, baud, speed } from './command_options.js';

export const STREAM_COMMANDS: readonly Command[] = [
  {
    usage: 'calibrate [detector]',
    describe: "Let a board's first windows on its machine set the detector's threshold, or where its features lie",
    positionals: { detector: { type: 'string', describe: 'A detector [default: build/detector.json]' } },
    options: {
      port: anyPort,
      board,
      serial,
      baud,
      timeout,
      input: {
        type: 'string',
        alias: 'i',
        describe: "Stream this recording (CSV or JSON) instead of the board's sensor",
      },
    },
    examples: [
      ['kiln calibrate --port /dev/ttyACM0', "anew, by the board's own sensor, while the machine runs as it should"],
      ['kiln calibrate --input normal.csv', 'by a recording'],
    ],
    load: () => import('./commands/calibrate.js'),
  },
  {
    usage: 'drift [detector]',
    describe: 'Compare what a machine gives with what its detector was trained on: which feature has moved, and how',
    positionals: { detector: { type: 'string', describe: 'A detector [default: build/detector.json]' } },
    options: {
      port: anyPort,
      board,
      serial,
      baud,
      timeout,
      input: { type: 'string', alias: 'i', describe: 'A recording (CSV or JSON) instead of a board' },
      prometheus: { type: 'string', describe: "Write the figures to this file in Prometheus' text format" },
    },
    examples: [
      ['kiln drift --port /dev/ttyACM0', 'what the board has seen since it started; exit code 1 where something moved'],
      ['kiln drift --input last-week.csv --json', 'the same of a recording, for machines'],
      ['kiln drift --prometheus /var/lib/node_exporter/kiln.prom', 'for a textfile collector'],
    ],
    load: () => import('./commands/drift.js'),
  },
  {
    usage: 'evaluate [model]',
    describe: 'Judge what was trained on held-out data; of keywords, choose the thresholds to detect by',
    positionals: { model },
    options: {
      data,
      manifest,
      minutes: { type: 'number', default: 30, describe: 'Length of a stream' },
      'false-accepts': { type: 'number', describe: 'Allowed in an hour [default: detection.falseAccepts]' },
    },
    examples: [
      ['kiln evaluate', 'accuracy, speakers, false accepts against false rejects; thresholds in build/detection.json'],
      ['kiln evaluate -C examples/anomaly-detection', 'of a detector: AUC, alarms, events and delays'],
      ['kiln evaluate --minutes 120 --false-accepts 0.2 --json', 'longer and stricter, for machines'],
    ],
    load: () => import('./commands/evaluate.js'),
  },
  {
    usage: 'monitor [source]',
    describe: 'Listen to a stream, here or on a board: live posteriors, detections; or score, alarms, drift',
    positionals: {
      source: { type: 'string', describe: 'A wav file; of sensors a CSV or JSON; - for raw 16-bit samples on stdin' },
    },
    options: {
      model: { ...model, describe: 'A .tflite or a detector.json [default: what the project has]' },
      prometheus: { type: 'string', describe: "Sensors: keep their figures in this file, as Prometheus' text" },
      microphone: {
        type: 'boolean',
        describe: "Hear the board's own microphone (`kiln project --listen`), until Ctrl-C",
      },
      port: { ...anyPort, describe: 'Let the board on this port listen [default: this computer does]' },
      board,
      serial,
      baud,
      speed,
      timeout,
    },
    examples: [
      ['kiln monitor doorbell.wav', 'what the model hears in a recording'],
      ['arecord -t raw -f S16_LE -r 16000 | kiln monitor -', 'a microphone, until Ctrl-C'],
      ['kiln monitor doorbell.wav --port auto --json', 'the same on the board: a line for each inference'],
      ['kiln monitor --microphone --port auto', 'what the board hears by itself'],
      ['kiln monitor pump.csv --prometheus pump.prom', 'a machine: alarms, and which input has drifted'],
    ],
    load: () => import('./commands/monitor.js'),
  },
  {
    usage: 'mlperf [mode]',
    describe: 'Run MLPerf Tiny against a board: throughput and latency, or accuracy',
    positionals: {
      mode: {
        type: 'string',
        choices: ['performance', 'accuracy', 'energy'],
        default: 'performance',
        describe: 'What to measure (energy needs a power monitor, and is not done)',
      },
    },
    options: {
      port: anyPort,
      board,
      serial,
      baud,
      timeout,
      data: { type: 'string', describe: 'Folder with y_labels.csv, as for the public runner' },
      input: { type: 'string', alias: 'i', describe: 'Raw int8 tensors, instead of --data' },
      labels: { type: 'string', describe: 'Class of each of those tensors: one number a line' },
      type: { choices: ['int8', 'uint8', 'float32'], default: 'int8', describe: 'What the bytes of the data are' },
      vectors: { type: 'number', describe: 'How many samples to take [default: all]' },
      model: {
        type: 'string',
        describe: 'The .tflite: quantizes float32 data; its output is a reconstruction, and the error the score',
      },
      seconds: { type: 'number', default: 10, describe: "Shortest window, on the board's clock" },
      iterations: { type: 'number', describe: 'Inferences of a window [default: by --seconds, 10 at least]' },
      warmups: { type: 'number', default: 10, describe: 'Inferences before each window that are not counted' },
      'min-accuracy': { type: 'number', describe: 'Top-1 accuracy to reach, 0 to 1; exit code 1 below it' },
      'min-auc': { type: 'number', describe: 'Area under the ROC curve to reach, 0 to 1; exit code 1 below it' },
    },
    examples: [
      ['kiln mlperf --port /dev/ttyACM0', 'median throughput of five windows of 10 s'],
      ['kiln mlperf accuracy --data datasets/kws01 --min-accuracy 0.9', 'top-1 over labelled samples'],
    ],
    load: () => import('./commands/mlperf.js'),
  },
];
