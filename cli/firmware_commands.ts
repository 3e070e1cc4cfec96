// From a model to firmware that is proved on a board.
import { PROJECT_KINDS } from '../firmware-templates/index.js';
import type { Command } from './command.js';
import { model, board, runtime, optimize, vectors, timeout, anyPort, serial, baud, speed } from './command_options.js';
import { SIZE_FORMATS } from './size_formats.js';

export const FIRMWARE_COMMANDS: readonly Command[] = [
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
];
