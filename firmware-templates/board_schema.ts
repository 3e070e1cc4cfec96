// What a board is: the facts of its sheet once `inherits` is resolved, and how each is spelled in JSON.
import { z } from 'zod';

export const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{1,8}$/)
  .transform(Number)
  .meta({ description: 'an address such as "0x08000000"' });

const size = z
  .string()
  .regex(/^[1-9]\d{0,6}K$/)
  .transform((text) => Number.parseInt(text, 10) * 1024)
  .meta({ description: 'a size such as "128K"' });

const hertz = z.number().int().positive().meta({ description: 'a frequency in Hz' });
const pin = z
  .string()
  .regex(/^P[A-K](\d|1[0-5])$/)
  .meta({ description: 'a pin such as "PA9"' });

/** Bytes, from `origin` on. */
export const region = z.strictObject({ origin: address, size });

export const boardSchema = z.strictObject({
  description: z.string().min(1).max(120),
  core: z.string().regex(/^cortex-m\d+\w*$/),
  /** Whose instructions the kernels use: any core's, those of the DSP extension, Helium's. */
  kernels: z.enum(['portable', 'swar', 'dsp', 'mve']),
  compiler: z.strictObject({
    /** Before `gcc`, `objcopy`, `size`. */
    prefix: z.string().regex(/^[\w-]*$/),
    flags: z.array(z.string().regex(/^-[\w=+-]+$/)).min(1),
  }),
  mcu: z.string().min(1),
  /** Folder under ports/. */
  port: z.enum(['stm32f4']),
  memory: z.strictObject({
    flash: region,
    ram: region,
    /** Core-coupled memory: no DMA, and not emulated. Nothing is placed there unasked. */
    ccm: region.optional(),
  }),
  /** Reserved in `ram`. */
  stack: size,
  clock: z.strictObject({ core: hertz, crystal: hertz }),
  console: z.strictObject({ uart: z.enum(['USART1']), tx: pin, rx: pin, baud: z.number().int().min(1200).max(921600) }),
  /** How firmware gets onto it; `none` is left to the user's own programmer. */
  flash: z.enum(['virtual', 'none']),
  emulator: z.strictObject({ machine: z.string().min(1) }).optional(),
  /** vendor:product in hexadecimal, of the serial ports that it shows. */
  usb: z.array(z.string().regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/)),
  /** How far it is tested: run in the emulator at every change, or compiled only. */
  support: z.enum(['emulator', 'compiles']),
});

/** A board with everything that it inherits. Sizes are bytes, frequencies Hz. */
export type Board = { readonly name: string } & z.output<typeof boardSchema>;

/** The JSON Schema of a resolved board. */
export function boardJsonSchema(): unknown {
  return z.toJSONSchema(boardSchema, { io: 'input', target: 'draft-7' });
}
