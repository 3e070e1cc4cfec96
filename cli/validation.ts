// A validation as it is reported and kept.
import type { Validation } from '../device/validate.js';
import type { Reporter } from './reporter.js';

export function reportValidation(reporter: Reporter, validation: Validation, virtual: boolean): void {
  const { vectors, equal, mismatches, seconds, info } = validation;
  reporter.line(`${equal} of ${vectors} vectors equal, byte for byte (${seconds.toFixed(1)} s, build ${info.build})`);
  reporter.line(`one inference: ${latency(validation, virtual)}`);
  for (const { index, element, expected, actual } of mismatches.slice(0, 5)) {
    reporter.line(`vector ${index}: output ${element} is ${actual}, expected ${expected}`);
  }
  if (mismatches.length > 5) reporter.line(`and ${mismatches.length - 5} more vectors`);
}

/** On QEMU a tick is an instruction; on hardware it is time. */
export function latency({ ticks, tickHz }: Validation, virtual: boolean): string {
  const { min, median, max } = ticks;
  if (virtual)
    return `${median.toLocaleString('en')} instructions (min ${min.toLocaleString('en')}, max ${max.toLocaleString('en')}), emulator`;
  const ms = (n: number) => ((1000 * n) / tickHz).toFixed(2);
  return `${ms(median)} ms (min ${ms(min)}, max ${ms(max)}), hardware`;
}
