// Every command with its options and examples; what it does is loaded when it is called.
import { PROJECT_KINDS } from '../firmware-templates/index.js';
import type { Options } from 'yargs';
import { DENSE_SCALES, EQUALIZATIONS } from '../converter/quantization/method.js';
import { RANGE_METHODS } from '../converter/quantization/range_choice.js';
import type { Context } from './context.js';
import { SIZE_FORMATS } from './size_formats.js';

/** Option values by name, as yargs has checked them against the command's table. */
export type Arguments = Readonly<Record<string, unknown>>;

/** Returns the exit code: 0, or 1 where a check failed. */
export type Run = (args: Arguments, context: Context) => Promise<number>;

export interface Command {
  /** Name and positionals, as yargs spells them. */
  usage: string;
  describe: string;
  positionals?: Readonly<Record<string, Options & { type: 'string' }>>;
  options: Readonly<Record<string, Options>>;
  examples: readonly (readonly [string, string])[];
  load: () => Promise<{ run: Run }>;
}

/** Commands under a common name: `kiln data inspect`. */
export interface CommandGroup {
  name: string;
  describe: string;
  commands: readonly Command[];
}

const model = { type: 'string', describe: 'An int8 .tflite file [default: build/model.tflite]' } as const;
export const data = { type: 'string', describe: 'Folder with the recordings, instead of data.path' } as const;
export const manifest = {
  type: 'string',
  describe: 'CSV that lists the recordings of that folder [default: manifest.csv in it]',
} as const;
const board = { type: 'string', describe: 'Board (`kiln boards` lists them)' } as const;
const port = { type: 'string', describe: 'Serial port [default: the virtual board that runs]' } as const;
const runtime = { choices: ['compiled', 'tflm'], describe: 'What runs the model on the board' } as const;
const optimize = { choices: ['speed', 'size'], describe: 'What kernels are made for [default: speed]' } as const;
const vectors = { type: 'number', describe: 'How many vectors to send' } as const;
const timeout = { type: 'number', default: 10, describe: 'Seconds to wait for one answer of the board' } as const;
const anyPort = {
  type: 'string',
  describe: 'Serial port, or `auto` [default: the virtual board that runs, or the one board there is]',
} as const;
const serial = { type: 'string', describe: 'Serial number of the USB port (`kiln ports` shows it)' } as const;
const baud = { type: 'number', default: 115200, describe: 'Baud rate of the port' } as const;
const speed = { type: 'number', describe: 'Baud rate to change to, where the board can' } as const;
const workers = { type: 'number', describe: 'Worker threads for training [default: one a core, at most 2]' } as const;

/** Each as the key of kiln.yaml's `quantize` that it overrides. */
const QUANTIZATION_OPTIONS = {
  ranges: { choices: ['auto', ...RANGE_METHODS], describe: 'How activations get their range [default: by measuring]' },
  equalization: { choices: ['auto', ...EQUALIZATIONS], describe: 'Even out the channels between layers' },
  dense: { choices: ['auto', ...DENSE_SCALES], describe: 'Scales of dense weights' },
  'bias-correction': { choices: ['auto', 'on', 'off'], describe: 'Take the mean error of weights into biases' },
  compensation: { choices: ['auto', 'on', 'off'], describe: 'Round weights so that errors cancel' },
} as const;

export const COMMANDS: readonly Command[] = [
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
  {
    usage: 'project [model]',
    describe: 'Write the firmware project',
    positionals: { model },
    options: {
      board,
      kind: { choices: PROJECT_KINDS, describe: 'For which build system [default: cmake; arduino for its boards]' },
      runtime,
      optimize,
      listen: {
        type: 'boolean',
        describe: "Let the firmware hear the board's own microphone, and print what it heard",
      },
      stream: { type: 'boolean', describe: 'Whether the firmware listens, too [default: where the model can]' },
      name: { type: 'string', describe: 'Prefix of the generated C [default: the project]' },
      output: { type: 'string', alias: 'o', describe: 'Folder to write [default: build/firmware]' },
    },
    examples: [
      ['kiln project model.tflite --board stm32f405', 'a CMake project in build/firmware'],
      ['kiln project model.tflite --kind arduino --board arduino-mega-2560', 'a sketch'],
    ],
    load: () => import('./commands/project.js'),
  },
  {
    usage: 'build [firmware]',
    describe: 'Compile the firmware project; size against the budget',
    positionals: { firmware: { type: 'string', describe: 'Firmware project [default: build/firmware]' } },
    options: {},
    examples: [['kiln build', 'compile build/firmware']],
    load: () => import('./commands/build.js'),
  },
  {
    usage: 'size [elf]',
    describe: 'Where the bytes go, against the budget and a baseline; any ELF file',
    positionals: { elf: { type: 'string', describe: "An ELF file [default: the project's firmware]" } },
    options: {
      map: { type: 'string', describe: "The linker's map [default: the one beside the ELF]" },
      build: { type: 'boolean', default: false, describe: 'Build first' },
      estimate: {
        type: 'boolean',
        default: false,
        describe: 'Build nothing: what the firmware will be, before there is a compiler',
      },
      baseline: { type: 'string', describe: 'JSON of `kiln size --json`, or a commit, which is built' },
      format: { choices: SIZE_FORMATS, default: 'text', describe: 'For whom' },
      part: { type: 'string', array: true, describe: 'NAME=PATTERN: object file, section:NAME or symbol:NAME' },
      instructions: { type: 'boolean', default: false, describe: 'Count those of an inference, in the emulator' },
      symbols: { type: 'number', default: 10, describe: 'How many symbols to show' },
      output: { type: 'string', alias: 'o', describe: 'Write the sizes here too: a baseline' },
    },
    examples: [
      ['kiln size', "the project's firmware, part by part"],
      ['kiln size --build --baseline origin/main --format markdown', 'what a pull request costs'],
      ["kiln size app.elf --map app.map --part 'dsp=src/dsp/*'", 'a project of any kind'],
    ],
    load: () => import('./commands/size.js'),
  },
  {
    usage: 'flash [firmware]',
    describe: 'Put the firmware on a board; a virtual board is started',
    positionals: {
      firmware: {
        type: 'string',
        describe: 'Firmware project [default: build/firmware], or an .elf, .hex, .bin, .uf2',
      },
    },
    options: {
      board: { ...board, describe: 'Of a file; a project knows its own' },
      method: { type: 'string', describe: "One of the board's ways [default: the first whose program is here]" },
      port: { type: 'string', describe: "Serial port [default: the board's, by USB id]" },
      baud: { type: 'number', describe: 'stm32-rom: speed [default: 115200]' },
      entry: { choices: ['manual', 'command', 'dtr-rts'], describe: 'stm32-rom: how the boot loader is entered' },
      wiring: { type: 'string', describe: 'stm32-rom: lines of dtr-rts [default: boot0=rts,reset=dtr; ! inverts]' },
      'dry-run': { type: 'boolean', default: false, describe: 'Print what would be run, and do nothing' },
      list: { type: 'boolean', default: false, describe: "List the board's ways and what each needs" },
      count: {
        type: 'boolean',
        default: true,
        describe: 'Virtual board: time is instructions; --no-count serves streams faster',
      },
      stop: { type: 'boolean', default: false, describe: 'Stop the virtual board' },
    },
    examples: [
      ['kiln flash', 'by the first way that can be used here; a virtual board starts'],
      ['kiln flash --list', 'the ways of this board, and how to install what is missing'],
      ['kiln flash --method st-flash --dry-run', 'the command that would be run'],
      ['kiln flash --port /dev/ttyUSB0 --entry dtr-rts --wiring boot0=dtr,reset=rts', 'an STM32 by its UART'],
      ['kiln flash firmware.hex --board bluepill-f103c8', 'a file from elsewhere'],
      ['kiln flash --stop', 'end the virtual board'],
    ],
    load: () => import('./commands/flash.js'),
  },
  {
    usage: 'validate [model]',
    describe: 'Prove that the board computes what the host computes, byte for byte',
    positionals: { model },
    options: {
      port: anyPort,
      board,
      serial,
      baud,
      speed,
      vectors,
      timeout,
      input: { type: 'string', alias: 'i', describe: 'Raw int8 tensors to send [default: clips of the test split]' },
      against: {
        type: 'string',
        describe: 'The .tflite that the board runs, where the firmware is not of this project',
      },
      sign: { type: 'string', describe: 'Sign a receipt with this Ed25519 key (PEM, PKCS #8)' },
      receipt: { type: 'string', describe: 'Where to write that [default: build/receipt.json]' },
    },
    examples: [
      ['kiln validate --port /dev/ttyACM0 --vectors 200', 'a board over USB'],
      ['kiln validate --port auto --serial 066BFF3 --speed 921600', 'one of several boards, at a higher speed'],
      ['kiln validate --sign ~/keys/bench.pem', 'a signed receipt, which `kiln verify` checks anywhere'],
      ['kiln validate --against kws.tflite -i vectors.bin', "any firmware that speaks MLPerf Tiny's protocol"],
    ],
    load: () => import('./commands/validate.js'),
  },
  {
    usage: 'verify [receipt]',
    describe: 'Check a signed receipt, offline: who signed, which model and firmware, whether all vectors were equal',
    positionals: { receipt: { type: 'string', describe: 'A receipt [default: build/receipt.json]' } },
    options: {
      model: { type: 'string', describe: 'The .tflite that it has to be of' },
      firmware: { type: 'string', describe: 'The .elf, .hex or .bin that it has to be of' },
      'public-key': { type: 'string', describe: 'The Ed25519 key (PEM) that has to have signed it' },
    },
    examples: [
      ['kiln verify receipt.json --public-key bench.pub --model kws.tflite --firmware kws.hex', 'all of it'],
      ['kiln verify --json', 'for machines; exit code 1 where something is refused'],
    ],
    load: () => import('./commands/verify.js'),
  },
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
  {
    usage: 'boards',
    describe: "List the boards that tinykiln knows, and those of the project's boards/",
    options: {},
    examples: [['kiln boards --json', 'for machines']],
    load: () => import('./commands/boards.js'),
  },
  {
    usage: 'ports',
    describe: 'List serial ports: the boards on them, who has them open, whether you may',
    options: { watch: { type: 'boolean', default: false, describe: 'Go on, and say what comes and goes' } },
    examples: [
      ['kiln ports', 'what is plugged in, and which virtual boards run'],
      ['kiln ports --watch', 'unplug the board, plug it in, and see which port it is'],
    ],
    load: () => import('./commands/ports.js'),
  },
  {
    usage: 'console',
    describe: 'Talk to a board: lines in and out, a log, reconnects when it comes back',
    options: {
      port: anyPort,
      board,
      serial,
      baud,
      timeout,
      end: {
        choices: ['percent', 'lf', 'crlf', 'cr', 'none'],
        default: 'percent',
        describe: "What ends a line that is sent: MLPerf Tiny's %, or another firmware's",
      },
      timestamps: { type: 'boolean', default: false, describe: 'Show when each line came' },
      log: { type: 'string', describe: 'Append all that is said to this file' },
      once: { type: 'boolean', default: false, describe: 'Leave when the lines of the pipe are answered' },
    },
    examples: [
      ['kiln console', 'a prompt; Tab completes commands, Ctrl-C leaves'],
      ['echo name | kiln console --port /dev/ttyACM0 --once', 'one command and its answer'],
      ['kiln console --end lf --log boot.txt', 'any firmware that speaks lines'],
    ],
    load: () => import('./commands/console.js'),
  },
  {
    usage: 'doctor',
    describe: 'Say what is missing on this machine for a board, and how to install it',
    options: {
      board: { ...board, describe: "Board to have everything for [default: the project's]" },
      udev: { type: 'boolean', default: false, describe: "Print Linux's udev rules for all boards" },
    },
    examples: [
      ['kiln doctor --board nucleo-f446re', 'compiler, flash tools, drivers, rights'],
      ['kiln doctor --udev | sudo tee /etc/udev/rules.d/60-tinykiln.rules', 'let boards be opened without root'],
    ],
    load: () => import('./commands/doctor.js'),
  },
];
