// The whole way at once, and what came of it.
import type { Command } from './command.js';
import { data, manifest, board, port, runtime, optimize, vectors, timeout, workers } from './command_options.js';

export const RUN_COMMANDS: readonly Command[] = [
  {
    usage: 'run',
    describe: 'All of it: train, convert, project, build, flash, validate',
    options: { data, manifest, board, runtime, optimize, workers, vectors, timeout },
    examples: [['kiln run -C examples/keyword-spotting --data ~/speech', 'from recordings to a validated board']],
    load: () => import('./commands/run.js'),
  },
  {
    usage: 'report',
    describe: 'One HTML page of all that is known: curves, confusion, layers, memory, flash, validation',
    options: {
      output: { type: 'string', alias: 'o', describe: 'Where to write [default: build/report.html]' },
      count: { type: 'boolean', default: true, describe: 'Count the instructions of each layer in the emulator' },
    },
    examples: [
      ['kiln report', 'build/report.html: one file, no network'],
      ['kiln report --no-count -o site/index.html', 'without the emulator'],
    ],
    load: () => import('./commands/report.js'),
  },
  {
    usage: 'runs [action] [id]',
    describe: 'The runs of this project: list them, show one, delete old ones',
    positionals: {
      action: { type: 'string', choices: ['list', 'show', 'prune'], default: 'list', describe: 'What to do' },
      id: { type: 'string', describe: "show: a run's id or the end of it, or `latest`" },
    },
    options: { keep: { type: 'number', describe: 'prune: how many to keep, the latest' } },
    examples: [
      ['kiln runs', 'figures of each run, the oldest first'],
      ['kiln runs show latest --json', 'config, seed, versions, data hash, metrics, artefacts'],
      ['kiln runs prune --keep 20', 'delete all but the last twenty'],
    ],
    load: () => import('./commands/runs.js'),
  },
  {
    usage: 'compare [runs..]',
    describe: 'Put runs side by side, or without any rank the detectors that suit the data of an anomaly project',
    positionals: {
      runs: { type: 'string', array: true, describe: 'Ids of runs or the ends of them, or folders of projects' },
    },
    options: {
      output: { type: 'string', alias: 'o', describe: 'Runs: write an HTML page too' },
      data,
      board: { type: 'string', default: 'virtual-cortex-m4', describe: 'Detectors: core or board to count on' },
    },
    examples: [
      ['kiln compare -C examples/anomaly-detection', 'what a dearer detector buys: quality, flash, RAM, instructions'],
      ['kiln compare 6a094b latest', 'two runs of this project'],
      ['kiln compare ../small ../large -o comparison.html', 'the last runs of two projects, as a page too'],
    ],
    load: () => import('./commands/compare.js'),
  },
  {
    usage: 'card',
    describe: 'Write the model card: purpose, data, figures, limits, boards; as Markdown and JSON',
    options: {
      output: {
        type: 'string',
        alias: 'o',
        describe: 'Markdown file; the JSON lies beside it [default: build/model-card.md]',
      },
    },
    examples: [['kiln card -o MODEL_CARD.md', 'made from what was recorded, and `card:` in kiln.yaml']],
    load: () => import('./commands/card.js'),
  },
  {
    usage: 'infer <model>',
    describe: 'Run raw int8 tensors through a model',
    positionals: { model: { type: 'string', describe: 'An int8 .tflite file' } },
    options: {
      input: { type: 'string', alias: 'i', demandOption: true, describe: 'Raw int8 tensors, one after the other' },
      output: { type: 'string', alias: 'o', demandOption: true, describe: 'Where to write the raw output tensors' },
      engine: { choices: ['interpreter', 'compiled'], default: 'interpreter', describe: 'Host engine' },
      board: { ...board, describe: 'Run on this board instead of the host' },
      port,
      timeout,
    },
    examples: [['kiln infer kws.tflite -i in.bin -o out.bin --engine compiled', 'through the compiled C']],
    load: () => import('./commands/infer.js'),
  },
];
