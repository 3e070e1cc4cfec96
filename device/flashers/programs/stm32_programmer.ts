// ST's STM32CubeProgrammer: through an ST-Link, or the boot loader's own USB.
import { hex } from '../../formats/index.js';
import { failure, type Program } from './program.js';

export const stm32Programmer: Program<'stm32-programmer'> = {
  method: 'stm32-programmer',
  format: 'hex',
  arguments: ({ board, method, file }) => {
    const start = method.port === 'SWD' ? ['-rst'] : ['-g', hex(board.memory.flash.origin)];
    const connect = method.port === 'SWD' ? ['port=SWD', 'mode=UR'] : ['port=USB1'];
    return ['-c', ...connect, '-w', file, '-v', ...start];
  },
  success: /Download verified successfully/i,
  verified: 'read back by the program',
  failures: [
    failure.noProbe(/No debug probe detected|No ST-?LINK (probe )?detected/i),
    failure.locked(/readout|RDP|read protection/i, 'Lift it with `STM32_Programmer_CLI -c port=SWD -ob rdp=0xAA`'),
    failure.noDevice(/No STM32 device in DFU mode|Target device not found/i, 'Set BOOT0 high, press reset'),
    failure.noTarget(/No STM32 target found|Unable to get core ID|connect.*failed/i),
    failure.denied(/LIBUSB_ERROR_ACCESS|permission denied/i),
    failure.verify(/Download verification failed|Data mismatch/i),
  ],
};
