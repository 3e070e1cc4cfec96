// Quantities as people write them in a config: 192KiB, 30ms, 10%.
import { z } from 'zod';

const BYTES_PER = { B: 1, KB: 1000, KiB: 1024, MB: 1_000_000, MiB: 1_048_576 } as const;
const MS_PER = { ms: 1, s: 1000 } as const;

function quantity<U extends string>(factors: Readonly<Record<U, number>>, bare: string, example: string) {
  const units = Object.keys(factors) as U[];
  const pattern = new RegExp(`^(\\d+(?:\\.\\d+)?)\\s*(${units.join('|')})$`);
  return z
    .union([z.number().nonnegative(), z.string().regex(pattern)])
    .meta({ description: `a number of ${bare}, or a text such as ${example}` })
    .transform((value) => {
      if (typeof value === 'number') return value;
      const [, amount, unit] = pattern.exec(value)!;
      return Number(amount) * factors[unit as U];
    });
}

/** Bytes: 196608, 192KiB, 1MB. */
export const bytes = quantity(BYTES_PER, 'B', '192KiB').pipe(z.number().int());

const COUNT_PER = { k: 1000, M: 1_000_000 } as const;

/** How many: 6000000, 6M. */
export const count = quantity(COUNT_PER, 'instructions', '6M').pipe(z.number().int());

/** How much more than before is allowed: so many, or a part of what it was. */
export type GrowthLimit = { most: number } | { share: number };

/** 1024, 1KiB, 6k, 2%. */
export const growthLimit = z
  .union([
    z
      .string()
      .regex(/^\d+(\.\d+)?\s*%$/)
      .transform((text): GrowthLimit => ({ share: Number.parseFloat(text) / 100 })),
    quantity({ ...BYTES_PER, ...COUNT_PER }, 'B or instructions', '1KiB').transform((most): GrowthLimit => ({ most })),
  ])
  .meta({ description: 'a number, or a text such as 1KiB or 2%' });

/** Milliseconds: 30, 30ms, 1s. */
export const duration = quantity(MS_PER, 'ms', '30ms');

/** A part of one: 0.1 or 10%. */
export const share = z
  .union([z.number().min(0).max(1), z.string().regex(/^(100|\d{1,2}(\.\d+)?)\s*%$/)])
  .meta({ description: 'a number from 0 to 1, or a percentage such as 10%' })
  .transform((value) => (typeof value === 'number' ? value : Number.parseFloat(value) / 100));

/** 196608 → "192.0 KiB", as reports show it. */
export function formatBytes(n: number): string {
  if (n < 1024) return `${n} B`;
  return n < 1_048_576 ? `${(n / 1024).toFixed(1)} KiB` : `${(n / 1_048_576).toFixed(2)} MiB`;
}
