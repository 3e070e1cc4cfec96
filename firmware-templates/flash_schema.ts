// The ways firmware gets onto a board, as sheets spell them: a method and what it has to know of the board.
import { z } from 'zod';
import { address } from './sheet_values.js';

export const usbId = z
  .string()
  .regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/)
  .meta({ description: 'vendor:product in hexadecimal, such as "0483:374b"' });

const text = z.string().min(1);
/** The board's application jumps to its boot loader when its port is opened and closed at 1200 baud. */
const touch = z.literal(true);

const OPTIONS = {
  /** QEMU starts with it. */
  virtual: {},
  /** ST's boot loader in ROM, by UART; `entry` is how the board gets there. */
  'stm32-rom': { baud: z.number().int().positive().optional(), entry: z.enum(['dtr-rts', 'command', 'manual']) },
  /** Its scripts, in order. */
  openocd: { config: z.array(text).min(1) },
  'st-flash': {},
  'stm32-programmer': { port: z.enum(['SWD', 'USB1']) },
  'dfu-util': { usb: usbId, alt: z.number().int().min(0), address: address.optional(), touch1200: touch.optional() },
  bossac: { touch1200: touch.optional(), offset: address },
  avrdude: { part: text, programmer: text, baud: z.number().int().positive() },
  'arduino-cli': { fqbn: text },
  esptool: { chip: text, offset: address },
  picotool: {},
  /** A drive appears, named `volume`; `family` marks the blocks that are for this chip. */
  uf2: { family: address, volume: text },
} as const;

const one = <M extends keyof typeof OPTIONS>(method: M) =>
  z.strictObject({ method: z.literal(method), ...OPTIONS[method] });

export const flashMethod = z.discriminatedUnion('method', [
  one('virtual'),
  one('stm32-rom'),
  one('openocd'),
  one('st-flash'),
  one('stm32-programmer'),
  one('dfu-util'),
  one('bossac'),
  one('avrdude'),
  one('arduino-cli'),
  one('esptool'),
  one('picotool'),
  one('uf2'),
]);

/** One way, with its options; addresses are numbers. */
export type FlashMethod = z.output<typeof flashMethod>;
