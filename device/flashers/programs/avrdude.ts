// avrdude: AVR chips, here through the boot loader of an Arduino.
import { failure, type Program } from './program.js';

export const avrdude: Program<'avrdude'> = {
  method: 'avrdude',
  format: 'hex',
  serial: true,
  // -D: the boot loader erases as it writes, and has no command to erase all.
  arguments: ({ method: { part, programmer, baud }, port, file }) => [
    ...['-p', part, '-c', programmer, '-P', port, '-b', String(baud)],
    ...['-D', '-U', `flash:w:${file}:i`],
  ],
  success: /bytes of flash verified/,
  verified: 'read back by the program',
  failures: [
    failure.noPort(/cannot open port.*No such file|can't open device.*No such file/i),
    failure.denied(/Permission denied/i),
    failure.busy(/Device or resource busy/i),
    failure.verify(/verification (error|mismatch)/i),
    failure.wrongChip(/differs in signature|does not match -p|Invalid device signature|expected signature/i),
    failure.silent(
      /not in sync|not responding|timeout communicating|stk500\w* ?(recv|getsync|cmd)|unable to (open|init)/i,
    ),
  ],
};
