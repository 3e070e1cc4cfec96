// Keys of kiln.yaml that every task has.
import { z } from 'zod';
import { bytes, count, growthLimit } from './units.js';

export const positive = z.number().int().positive();

export const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,39}$/)
  .meta({ description: 'a letter, then letters, digits, - or _, at most 40 characters' });

export const target = z.strictObject({
  board: z.string().min(1).default('virtual-stm32f405'),
  runtime: z.enum(['compiled', 'tflm']).default('compiled'),
  optimize: z.enum(['speed', 'size']).default('speed'),
  /** Whether the firmware listens to a stream, too. */
  stream: z.boolean().default(true),
});

export const validate = z.strictObject({ vectors: positive.max(100000).default(50) });

const growth = z.strictObject({
  flash: growthLimit.optional(),
  ram: growthLimit.optional(),
  stack: growthLimit.optional(),
  instructions: growthLimit.optional(),
  parts: z.record(z.string().min(1), growthLimit).default({}),
});

export const firmwareBudget = z.strictObject({
  flash: bytes.optional(),
  ram: bytes.optional(),
  /** Of main() and every interrupt at once; a firmware without a bound is over it. */
  stack: bytes.optional(),
  /** Of one inference, counted in the emulator. */
  instructions: count.optional(),
  /** Neither the flash nor the RAM of a part may be more. */
  parts: z.record(z.string().min(1), bytes).default({}),
  /** Beyond the baseline. */
  growth: growth.prefault({}),
});

/** What `kiln size` measures where it is not the project's own firmware. */
export const size = z.strictObject({
  /** The model whose firmware is built. */
  model: z.string().min(1).optional(),
  /** Or the command that builds, and what it makes. */
  build: z.string().min(1).optional(),
  elf: z.string().min(1).optional(),
  map: z.string().min(1).optional(),
  /** Patterns by part: `src/dsp/*`, `section:.ccm*`, `symbol:fft_*`. */
  parts: z.record(z.string().min(1), z.array(z.string().min(1)).min(1)).default({}),
});
