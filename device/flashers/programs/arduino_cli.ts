// arduino-cli: whatever the board's Arduino core uploads with.
import { failure, type Program } from './program.js';

export const arduinoCli: Program<'arduino-cli'> = {
  method: 'arduino-cli',
  format: 'elf',
  formatIsBuilt: true,
  serial: true,
  arguments: ({ method, port, file }) => ['upload', '--fqbn', method.fqbn, '--port', port, '--input-file', file],
  // It prints what the core's own tool prints.
  success: /(?:)/,
  verified: 'not read back',
  failures: [
    {
      pattern: /platform (not installed|.* not found)|unknown FQBN|Error resolving FQBN/i,
      code: 'core-missing',
      what: 'the Arduino core of the board is not installed',
      todo: 'Install it with `arduino-cli core install`, then run `kiln flash` again.',
    },
    failure.denied(/permission denied/i),
    failure.busy(/port busy|resource busy/i),
    failure.noPort(/no such file or directory|no upload port provided|port not found/i),
    failure.silent(/No device found|not in sync|No DFU capable|Failed to connect/i),
  ],
};
