// bossac: boot loaders that speak SAM-BA.
import { failure, type Program } from './program.js';

export const bossac: Program<'bossac'> = {
  method: 'bossac',
  format: 'bin',
  serial: true,
  arguments: ({ board, method: { offset }, port, file }) => {
    // The SAM3X's programming port is a UART behind another chip, and boots from flash only when it is told to.
    const sam3x = board.mcu.startsWith('ATSAM3X');
    return [
      // It puts /dev/ before the name.
      `--port=${port.replace(/^\/dev\//, '')}`,
      `--usb-port=${sam3x ? 0 : 1}`,
      ...(offset > 0 ? [`--offset=0x${offset.toString(16)}`] : []),
      '--erase',
      '--write',
      '--verify',
      ...(sam3x ? ['--boot=1'] : []),
      file,
      '--reset',
    ];
  },
  success: /Verify successful/i,
  verified: 'read back by the program',
  failures: [
    failure.silent(/No device found on/i, 'Press reset twice quickly, so that the boot loader stays'),
    failure.wrongChip(/Device unsupported/i),
    failure.locked(/Flash (region is locked|command failed)/i, 'Unlock it with `bossac --unlock`'),
    failure.verify(/Verify failed/i),
    failure.denied(/permission denied/i),
  ],
};
