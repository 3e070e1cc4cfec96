// OpenOCD: any debug probe, any chip that it has a script for.
import { failure, type Program } from './program.js';

export const openocd: Program<'openocd'> = {
  method: 'openocd',
  format: 'elf',
  arguments: ({ method, file }) => [
    ...method.config.flatMap((script) => ['-f', script]),
    '-c',
    // Tcl takes what stands in braces as it is.
    `program {${file}} verify reset exit`,
  ],
  success: /\*\* ?Verified OK/,
  verified: 'read back by the program',
  failures: [
    failure.denied(/LIBUSB_ERROR_ACCESS|insufficient permissions/i),
    failure.busy(/LIBUSB_ERROR_BUSY|failed to claim interface|already in use/i),
    failure.noTarget(
      /unable to connect to the target|target voltage (may be )?too low|Error connecting DP|cannot read IDR/i,
    ),
    failure.wrongChip(/Cannot identify target|UNEXPECTED idcode|wrong device/i),
    failure.locked(
      /device protected|write protected|sector \d+ is protected/i,
      'Unlock it with OpenOCD (`stm32f4x unlock 0` or its like)',
    ),
    failure.verify(/Verify Failed|checksum mismatch/i),
    failure.noProbe(/Error: open failed|unable to (find|open) .*(CMSIS-DAP|ftdi|J-Link)|no device found/i),
  ],
};
