// Boards, ports, and what this machine lacks.
import type { Command } from './command.js';
import { board, timeout, anyPort, serial, baud } from './command_options.js';

export const BOARD_COMMANDS: readonly Command[] = [
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
