// st-flash of stlink-tools: STM32 chips through an ST-Link.
import { failure, type Program } from './program.js';

export const stFlash: Program<'st-flash'> = {
  method: 'st-flash',
  format: 'hex',
  arguments: ({ file }) => ['--reset', '--format', 'ihex', 'write', file],
  success: /Flash written and verified/i,
  verified: 'read back by the program',
  failures: [
    failure.denied(/access error|LIBUSB_ERROR_ACCESS/i),
    failure.busy(/LIBUSB_ERROR_BUSY|unable to claim/i),
    failure.noProbe(/Couldn't find .*ST-Link/i),
    failure.locked(/write protected|read ?out protect/i, 'Lift the protection with STM32CubeProgrammer'),
    failure.noTarget(/Can not connect to target|NRST is not connected|unknown chip id!? 0?x?0\b/i),
    failure.wrongChip(/unknown chip id/i),
    failure.verify(/Failed to verify|Verification of flash failed/i),
  ],
};
