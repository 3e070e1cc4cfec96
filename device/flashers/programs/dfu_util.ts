// dfu-util: boot loaders that speak USB DFU.
import { hex } from '../../formats/index.js';
import { failure, type Program } from './program.js';

/** EX_IOERR: the board left for its firmware before the last status was asked for. */
const LEFT_EARLY = 74;

export const dfuUtil: Program<'dfu-util'> = {
  method: 'dfu-util',
  format: 'bin',
  arguments: ({ method: { usb, alt, address }, file }) => {
    const place = address === undefined ? ['-R'] : ['-s', `${hex(address)}:leave`];
    return ['-d', `,${usb}`, '-a', String(alt), ...place, '-D', file];
  },
  success: /File downloaded successfully|Download done\./,
  alsoFine: [LEFT_EARLY],
  verified: 'not read back',
  failures: [
    failure.denied(/LIBUSB_ERROR_ACCESS/),
    failure.busy(/LIBUSB_ERROR_BUSY|Cannot claim interface/),
    failure.noDevice(
      /No DFU capable USB device/,
      'Bring the board into its boot loader (press reset twice quickly; on an STM32 BOOT0 high and reset)',
    ),
    {
      pattern: /More than one DFU capable/,
      code: 'port-ambiguous',
      what: 'several boards are in their boot loaders',
      todo: 'Unplug all but one, then run `kiln flash` again.',
    },
    failure.locked(/errVENDOR|read protected|errWRITE/i, 'Lift the protection with `dfu-util -s :unprotect:force`'),
    failure.verify(/errVERIFY|errCHECK_ERASED|errPROG/),
  ],
};
