// From recordings to an int8 model.
import { DENSE_SCALES, EQUALIZATIONS } from '../converter/quantization/method.js';
import { RANGE_METHODS } from '../converter/quantization/range_choice.js';
import type { Command } from './command.js';
import { board, model, data, manifest, optimize, workers } from './command_options.js';

/** Each as the key of kiln.yaml's `quantize` that it overrides. */
const QUANTIZATION_OPTIONS = {
  ranges: { choices: ['auto', ...RANGE_METHODS], describe: 'How activations get their range [default: by measuring]' },
  equalization: { choices: ['auto', ...EQUALIZATIONS], describe: 'Even out the channels between layers' },
  dense: { choices: ['auto', ...DENSE_SCALES], describe: 'Scales of dense weights' },
  'bias-correction': { choices: ['auto', 'on', 'off'], describe: 'Take the mean error of weights into biases' },
  compensation: { choices: ['auto', 'on', 'off'], describe: 'Round weights so that errors cancel' },
} as const;

export const MODEL_COMMANDS: readonly Command[] = [
  {
    usage: 'init [template]',
    describe: 'Make a new project folder',
    positionals: {
      template: { type: 'string', choices: ['kws', 'anomaly'], default: 'kws', describe: 'Kind of project' },
    },
    options: { name: { type: 'string', describe: 'Name of the project [default: the folder]' } },
    examples: [
      ['kiln init -C doorbell', 'a keyword spotter in ./doorbell'],
      ['kiln init anomaly -C pump', 'a detector of faults in ./pump'],
    ],
    load: () => import('./commands/init.js'),
  },
  {
    usage: 'train',
    describe: 'Train the model of kiln.yaml; resumes after a kill',
    options: {
      data,
      manifest,
      workers,
      fresh: { type: 'boolean', default: false, describe: 'Start anew, not from a checkpoint' },
    },
    examples: [['kiln train --data ~/speech', 'train on the recordings in ~/speech']],
    load: () => import('./commands/train.js'),
  },
  {
    usage: 'convert [model]',
    describe: 'Float model → int8 .tflite; an int8 .tflite passes through',
    positionals: { model: { type: 'string', describe: 'model.json or .tflite [default: what `kiln train` wrote]' } },
    options: {
      data,
      manifest,
      calibrate: { type: 'string', describe: 'Raw little-endian float32 tensors to calibrate with' },
      ...QUANTIZATION_OPTIONS,
      report: { type: 'string', describe: 'Measure what each layer loses; write it to this JSON file' },
      output: { type: 'string', alias: 'o', describe: 'Where to write [default: build/model.tflite]' },
      c: { type: 'string', describe: 'Folder for the model as C sources, with the kernels that it calls' },
      board: { ...board, describe: "Whose instructions the C may use [default: any core's]" },
      optimize,
    },
    examples: [
      ['kiln convert', 'quantize what was trained, and compare float with int8'],
      ['kiln convert model.json --calibrate inputs.f32 -o model.tflite', 'quantize a tfjs layers model'],
      ['kiln convert model.tflite --calibrate inputs.f32 --report layers.json', 'say what each layer costs'],
      ['kiln convert model.tflite --c src/model', 'C sources of an int8 model, for any project'],
      ['kiln convert model.tflite --c src/model --board virtual-cortex-m55', 'for the instructions of a Cortex-M55'],
    ],
    load: () => import('./commands/convert.js'),
  },
  {
    usage: 'inspect [model] [other]',
    describe: 'Print a model: layers, shapes, quantization, MACs, arena by layer; or compare two',
    positionals: {
      model: { type: 'string', describe: 'A .tflite or model.json [default: build/model.tflite]' },
      other: { type: 'string', describe: 'Another model, to compare with' },
    },
    options: { board: { ...board, describe: 'Estimate flash, RAM and instructions on this board' } },
    examples: [
      ['kiln inspect model.tflite --json', 'for machines'],
      ['kiln inspect model.tflite --board nucleo-f446re', 'what it will cost there, without a compiler'],
      ['kiln inspect old.tflite new.tflite', 'what differs, layer by layer'],
    ],
    load: () => import('./commands/inspect.js'),
  },
  {
    usage: 'bench [model]',
    describe: 'Count what a model costs on a core: instructions by layer, code, RAM, stack',
    positionals: { model },
    options: {
      board: { type: 'string', default: 'virtual-cortex-m4', describe: 'Core or board (virtual-cortex-m0plus … -m55)' },
      input: { type: 'string', alias: 'i', describe: 'Raw int8 tensors [default: random ones]' },
      vectors: { type: 'number', default: 3, describe: 'How many of them to run' },
      optimize,
    },
    examples: [['kiln bench model.tflite --board virtual-cortex-m55 --json', 'for machines']],
    load: () => import('./commands/bench.js'),
  },
];
