// The programs of others that tinykiln can flash with: one line each.
import type { MethodName } from '../method.js';
import { arduinoCli } from './arduino_cli.js';
import { avrdude } from './avrdude.js';
import { bossac } from './bossac.js';
import { dfuUtil } from './dfu_util.js';
import { esptool } from './esptool.js';
import { openocd } from './openocd.js';
import { picotool } from './picotool.js';
import type { Program } from './program.js';
import { stFlash } from './st_flash.js';
import { stm32Programmer } from './stm32_programmer.js';

export type ProgramName = Exclude<MethodName, 'virtual' | 'stm32-rom' | 'uf2'>;

export const PROGRAMS: { readonly [M in ProgramName]: Program<M> } = {
  openocd,
  'st-flash': stFlash,
  'stm32-programmer': stm32Programmer,
  'dfu-util': dfuUtil,
  bossac,
  avrdude,
  'arduino-cli': arduinoCli,
  esptool,
  picotool,
};
