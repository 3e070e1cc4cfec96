// What layers and detectors cost on each core and what the application costs on each board: measured, and fitted by
// `npm run estimate:fit`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../base/files.js';

const cost = z.number().nonnegative();
const sizes = z.strictObject({ flash: z.number(), ram: z.number() });

const kernel = z.strictObject({
  /** Bytes of code of one kernel with its parameters. */
  code: cost,
  /**
   * Instructions of each multiply-accumulate (of each input element where there is none), of each output element, and of
   * each element that is gathered for all channels of an output.
   */
  mac: cost,
  output: cost,
  patch: cost,
});

const networks = z.strictObject({
  /** Code of any model, and what each of its layers adds. */
  base: cost,
  layer: cost,
  /** By op, as kindOf() of the estimate names it. */
  kernels: z.record(z.string(), kernel),
});

const costsSchema = z.strictObject({
  cores: z.record(
    z.string(),
    z.strictObject({
      /** By how kernels are made: `target.optimize`. */
      networks: z.strictObject({ speed: networks, size: networks }),
      detectors: z.strictObject({
        /** Code of any detector. */
        base: cost,
        /** Bytes of code, and instructions of each unit, as termsOf() of the estimate counts them. */
        terms: z.record(z.string(), z.strictObject({ code: cost, each: cost })),
      }),
      /** Bytes of what listens, by its source, without its tables and the memory that follows from its settings. */
      streams: z.record(z.string(), sizes),
      /** Of a detector's application beyond a network's; left out where no board has the core. */
      detectorApplication: sizes.optional(),
    }),
  ),
  /** Bytes of a board's firmware without its model; RAM is without arena, input and stack. */
  applications: z.record(z.string(), z.strictObject({ flash: cost, ram: cost })),
});

export type Costs = z.output<typeof costsSchema>;
export type CoreCosts = Costs['cores'][string];
export type NetworkCosts = CoreCosts['networks']['speed'];

export function loadCosts(): Costs {
  const path = join(packageRoot(), 'firmware-templates', 'costs.json');
  return costsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}
