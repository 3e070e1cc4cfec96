// What MAXIMUM and MINIMUM share: the stored values are compared as they are, in one scale and zero point.
import type { BinaryParts, Combine } from './binary.js';

export function extremumParts(kernel: 'tk_maximum_s8' | 'tk_minimum_s8', combine: Combine): BinaryParts {
  return {
    output: 'same-as-input',
    constants: { 0: { role: 'value' }, 1: { role: 'value' } },
    verify: (check) => check.sameQuantization(),
    float32: () => combine,
    int8: () => combine,
    emit: () => ({ kernel, params: {} }),
  };
}
