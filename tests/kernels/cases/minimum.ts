// MINIMUM: as MAXIMUM.
import { binaryCases, SHAPES } from './binary.js';
import { ONE_GRID } from './maximum.js';

export const minimumCases = binaryCases('MINIMUM', ONE_GRID, SHAPES);
