// What layers cost on each core and what the application costs on each board: measured, and fitted by `npm run estimate:fit`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../base/files.js';

const cost = z.number().nonnegative();

const kernel = z.strictObject({
  /** Bytes of code of one kernel with its parameters. */
  code: cost,
  /** Instructions of each multiply-accumulate, of each output element. */
  mac: cost,
  output: cost,
});

const costsSchema = z.strictObject({
  cores: z.record(
    z.string(),
    z.strictObject({
      /** Code of any model, and what each of its layers adds. */
      base: cost,
      layer: cost,
      /** By op, as kindOf() of the estimate names it. */
      kernels: z.record(z.string(), kernel),
    }),
  ),
  /** Bytes of a board's firmware without its model; RAM is without arena, input and stack. */
  applications: z.record(z.string(), z.strictObject({ flash: cost, ram: cost })),
});

export type Costs = z.output<typeof costsSchema>;
export type CoreCosts = Costs['cores'][string];

export function loadCosts(): Costs {
  const path = join(packageRoot(), 'firmware-templates', 'costs.json');
  return costsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}
