// What a board is: the facts of its sheet once `inherits` is resolved, and how each is spelled in JSON.
import { z } from 'zod';
import { flashMethod, usbId } from './flash_schema.js';
import { hertz, region, size } from './sheet_values.js';

const baud = z.number().int().min(1200).max(921600);
const stm32Pin = z
  .string()
  .regex(/^P[A-K](\d|1[0-5])$/)
  .meta({ description: 'a pin such as "PA9"' });

/** Families that tinykiln brings its own port for: folders under ports/. */
export const PORTS = [
  'stm32f0',
  'stm32f1',
  'stm32f2',
  'stm32f3',
  'stm32f4',
  'stm32f7',
  'stm32g0',
  'stm32g4',
  'stm32h7',
  'stm32l4',
  'stm32u5',
] as const;

/** What every sheet says, whatever the firmware rests on. */
const common = z.strictObject({
  description: z.string().min(1).max(120),
  core: z.string().regex(/^(cortex-m\d+|avr|xtensa)[\w-]*$/),
  /** Whose instructions the kernels use: any core's, those of the DSP extension, Helium's. */
  kernels: z.enum(['portable', 'dsp', 'mve']),
  compiler: z.strictObject({
    /** Before `gcc`, `objcopy`, `size`. */
    prefix: z.string().regex(/^[\w-]*$/),
    flags: z.array(z.string().regex(/^-[\w=+-]+$/)).min(1),
  }),
  mcu: z.string().min(1),
  memory: z.strictObject({
    /** What an application may take of it: where a boot loader stays, from behind it. */
    flash: region,
    /** Where data, arena and stack lie: core and DMA reach it. */
    ram: region,
    /** RAM of its own kind by name: `ccm`, `dtcm`, `sram2`, … Nothing is placed there unasked. */
    more: z.record(z.string().regex(/^[a-z][a-z0-9]{0,15}$/), region).default({}),
  }),
  /** Reserved in `ram`. */
  stack: size,
  /** How firmware gets onto it, the best way first; none is left to the user's own programmer. */
  flash: z.array(flashMethod),
  emulator: z.strictObject({ machine: z.string().min(1) }).optional(),
  /** Of the serial ports that it shows, by the firmware's or a built-in debugger's USB; its boot loader's may differ. */
  usb: z.strictObject({ application: z.array(usbId), bootloader: z.array(usbId).optional() }),
  /** How far it is tested: run in the emulator at every change, compiled only, or not even that. */
  support: z.enum(['emulator', 'compiles', 'data only']),
  platformio: z
    .strictObject({ board: z.string().min(1), platform: z.string().min(1), framework: z.string().min(1) })
    .optional(),
});

const arduinoCore = z.strictObject({
  /** As arduino-cli spells it: vendor:architecture:board, with options. */
  fqbn: z.string().regex(/^[\w.-]+:[\w.-]+:[\w.-]+(:[\w.=,-]+)?$/),
  /** The package that its core comes in. */
  core: z.string().regex(/^[\w.-]+:[\w.-]+$/),
  /** The object that is the console. */
  serial: z.string().regex(/^[A-Z]\w*$/),
  /** For `library.properties`. */
  architectures: z.array(z.string().regex(/^[\w.-]+$/)).min(1),
});

/** A PDM microphone at a STM32's digital filter. */
const dfsdm = z.strictObject({
  driver: z.literal('dfsdm'),
  clock: stm32Pin,
  data: stm32Pin,
  /** The data pin's channel, and both pins' alternate function. */
  channel: z.number().int().min(0).max(7),
  alternate: z.number().int().min(0).max(15),
});

/** Firmware of ours alone: a port, a linker script, nothing between them and the registers. */
const bare = common.extend({
  framework: z.literal('bare'),
  port: z.enum(PORTS),
  clock: z.strictObject({
    core: hertz,
    /** A crystal on the board. */
    crystal: hertz.optional(),
    /** A clock that something else on the board gives, such as the debugger of a Nucleo. */
    input: hertz.optional(),
  }),
  console: z.strictObject({
    uart: z.enum(['USART1', 'USART2', 'USART3', 'LPUART1']),
    tx: stm32Pin,
    rx: stm32Pin,
    /** The pins' alternate function that is this UART; the STM32F1 has no such numbers. */
    alternate: z.number().int().min(0).max(15).optional(),
    baud,
  }),
  arduino: arduinoCore.optional(),
  microphone: dfsdm.optional(),
});

/** Firmware as a sketch: start-up, clock and console are the Arduino core's. */
const arduino = common.extend({
  framework: z.literal('arduino'),
  clock: z.strictObject({ core: hertz }),
  /** `USB` where the chip itself is the serial port; otherwise the UART that leads to one. */
  console: z.strictObject({ uart: z.string().min(1), tx: z.string().optional(), rx: z.string().optional(), baud }),
  arduino: arduinoCore,
  /** Behind Arduino's PDM library. */
  microphone: z.strictObject({ driver: z.literal('pdm') }).optional(),
});

export const boardSchema = z.discriminatedUnion('framework', [bare, arduino]);

/** Facts of a core, for sheets that are less than a board. */
export const coreSchema = common.pick({ description: true, core: true, kernels: true, compiler: true });

type Named<T> = { readonly name: string } & T;

/** A board with everything that it inherits. Sizes are bytes, frequencies Hz. */
export type Board = Named<z.output<typeof boardSchema>>;
export type BareBoard = Named<z.output<typeof bare>>;
export type ArduinoBoard = Named<z.output<typeof arduino>>;

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  required?: string[];
  oneOf?: JsonSchema[];
  [key: string]: unknown;
}

/** The JSON Schema of a sheet, for editors: any key may be left to what it inherits. */
export function sheetJsonSchema(): unknown {
  const whole = z.toJSONSchema(boardSchema, { io: 'input', target: 'draft-7' }) as JsonSchema;
  const own = {
    $schema: { type: 'string' },
    inherits: { type: 'string', description: 'a sheet, such as "mcu/stm32f405"' },
  };
  const forms = whole.oneOf!.map(partial).map((form) => ({ ...form, properties: { ...own, ...form.properties } }));
  return { $schema: whole.$schema, title: "A board sheet of tinykiln's", anyOf: forms };
}

/** The schema without what it requires, but in the items of lists, which are not inherited one by one. */
function partial({ required: _, ...schema }: JsonSchema): JsonSchema {
  if (!schema.properties) return schema;
  const properties = Object.entries(schema.properties).map(([key, value]) => [key, partial(value)] as const);
  return { ...schema, properties: Object.fromEntries(properties) };
}
