// picotool: the boot loader in the ROM of the RP2040, over USB.
import { failure, type Program } from './program.js';

export const picotool: Program<'picotool'> = {
  method: 'picotool',
  format: 'elf',
  // -f asks firmware that runs to go to the boot loader; -v reads back; -x starts it.
  arguments: ({ file }) => ['load', '-f', '-v', '-x', file],
  success: /Verifying[\s\S]*\bOK\b/i,
  verified: 'read back by the program',
  failures: [
    failure.denied(/picotool was unable to connect/i),
    failure.noDevice(
      /No accessible RP2\w+(\/RP2\w+)? devices? in BOOTSEL mode/i,
      'Hold BOOTSEL while you plug the board in',
    ),
    failure.verify(/does not match|differs/i),
  ],
};
