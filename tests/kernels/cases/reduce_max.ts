// REDUCE_MAX: where the axes lie; the stored values are compared.
import { AXES, reduceCases } from './reduce.js';

export const reduceMaxCases = reduceCases('REDUCE_MAX', { scales: [0.05, 0.05], zeroPoints: [20, 20] }, AXES);
