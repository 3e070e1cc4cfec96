// Keys of kiln.yaml that every task has.
import { z } from 'zod';

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
