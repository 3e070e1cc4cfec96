// How a sheet spells addresses, sizes and frequencies.
import { z } from 'zod';

export const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{1,8}$/)
  .transform(Number)
  .meta({ description: 'an address such as "0x08000000"' });

export const size = z
  .string()
  .regex(/^[1-9]\d{0,6}K$/)
  .transform((text) => Number.parseInt(text, 10) * 1024)
  .meta({ description: 'a size such as "128K"' });

export const hertz = z.number().int().positive().meta({ description: 'a frequency in Hz' });

/** Bytes, from `origin` on. */
export const region = z.strictObject({ origin: address, size });
