// esptool: the boot loader in the ROM of ESP32 chips.
import { failure, type Program } from './program.js';

export const esptool: Program<'esptool'> = {
  method: 'esptool',
  format: 'bin',
  formatIsBuilt: true,
  serial: true,
  arguments: ({ method: { chip, offset }, port, file }) => [
    ...['--chip', chip, '--port', port],
    ...['write_flash', `0x${offset.toString(16)}`, file],
  ],
  success: /Hash of data verified/,
  verified: 'read back by the program',
  failures: [
    failure.noPort(/No such file or directory|port doesn't exist/i),
    failure.denied(/Permission denied/i),
    failure.busy(/busy|Could not exclusively lock/i),
    failure.wrongChip(/This chip is .*not|wrong --chip/i),
    failure.silent(
      /Failed to connect|No serial data received|Timed out waiting/i,
      'Hold BOOT, press reset, release BOOT',
    ),
    failure.verify(/MD5 of file does not match/i),
  ],
};
