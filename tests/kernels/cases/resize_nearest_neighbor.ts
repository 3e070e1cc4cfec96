// RESIZE_NEAREST_NEIGHBOR: up and down by whole and broken factors, in each of the ways to line pixels up.
import type { Graph } from '../../../converter/graph/graph.js';
import { GraphBuilder } from '../builder.js';

interface Lining {
  alignCorners?: boolean;
  halfPixelCenters?: boolean;
}

function resize(shape: number[], size: [number, number], lining: Lining = {}, zeroPoint = 3): Graph {
  const b = new GraphBuilder('resize_nearest_neighbor', 1);
  const x = b.activation(shape, 0.05, zeroPoint);
  const y = b.like(x, [shape[0]!, ...size, shape[3]!]);
  const options = { alignCorners: false, halfPixelCenters: false, ...lining };
  return b.graph(x, b.op('RESIZE_NEAREST_NEIGHBOR', [x, b.integers(size)], y, options));
}

const CORNERS = { alignCorners: true };
const CENTERS = { halfPixelCenters: true };

export const resizeNearestNeighborCases = {
  doubled: resize([1, 3, 2, 2], [6, 4]),
  doubled_by_centers: resize([1, 3, 2, 2], [6, 4], CENTERS),
  doubled_by_corners: resize([1, 3, 2, 2], [6, 4], CORNERS),
  doubled_by_both: resize([1, 3, 2, 2], [6, 4], { ...CORNERS, ...CENTERS }),
  up_by_broken_factors: resize([1, 3, 5, 1], [7, 8]),
  up_by_broken_factors_and_centers: resize([1, 3, 5, 1], [7, 8], CENTERS),
  up_by_broken_factors_and_corners: resize([1, 3, 5, 1], [7, 8], CORNERS),
  up_by_broken_factors_and_both: resize([1, 3, 5, 1], [7, 8], { ...CORNERS, ...CENTERS }),
  halved: resize([1, 6, 4, 3], [3, 2]),
  halved_by_centers: resize([1, 6, 4, 3], [3, 2], CENTERS),
  halved_by_corners: resize([1, 6, 4, 3], [3, 2], CORNERS),
  down_by_broken_factors: resize([1, 7, 5, 2], [5, 3]),
  down_by_broken_factors_and_corners: resize([1, 7, 5, 2], [5, 3], CORNERS),
  up_and_down: resize([1, 2, 7, 1], [5, 4], CENTERS),
  // In float32, 41 × (2 / 82) is below 1, 20.5 × (2 / 41) too, and 11 × (13 / 22) below 6.5.
  rounding_of_the_scale: resize([1, 2, 1, 1], [82, 1]),
  rounding_between_centers: resize([1, 2, 1, 1], [41, 1], CENTERS),
  rounding_between_corners: resize([1, 14, 1, 1], [23, 2], CORNERS),
  to_one_pixel: resize([1, 3, 4, 2], [1, 1]),
  to_one_pixel_by_corners: resize([1, 3, 4, 2], [1, 1], CORNERS),
  from_one_pixel: resize([1, 1, 1, 3], [3, 2], CORNERS),
  same_size: resize([1, 2, 3, 2], [2, 3]),
  two_batches: resize([2, 2, 3, 2], [3, 5], {}, -128),
};
