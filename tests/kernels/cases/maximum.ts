// MAXIMUM: shapes; the stored values are compared, so scales do not matter.
import { binaryCases, SHAPES, type BinarySpec } from './binary.js';

export const ONE_GRID: BinarySpec = { scales: [0.05, 0.05, 0.05], zeroPoints: [-9, -9, -9] };

export const maximumCases = binaryCases('MAXIMUM', ONE_GRID, SHAPES);
