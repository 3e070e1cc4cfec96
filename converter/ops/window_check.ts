// The checks of a sliding window: its options, that it fits its input, and that no index leaves 32 bits.
import type { Graph } from '../graph/graph.js';
import type { LayerCheck } from './layer_check.js';
import { windowGeometry, type WindowOp } from './window.js';

/** Strides, and what a dilated window covers, in elements of one dimension: far above any input that fits a device. */
const MAX_SPAN = 2 ** 16 - 1;
/** Values under one window. */
const MAX_PATCH = 2 ** 22;

/** Checks an op whose input and weights are known to have four dimensions. */
export function checkWindow(check: LayerCheck, op: WindowOp, graph: Graph): void {
  const { strideH, strideW, dilationH, dilationW, filterH, filterW, inH, inW, inC, outH, outW } = windowGeometry(
    op,
    graph,
  );
  check.positive({ strideH, strideW, dilationH, dilationW, filterH, filterW });
  const spans = [(filterH - 1) * dilationH + 1, (filterW - 1) * dilationW + 1];
  check.expect(
    Math.max(strideH, strideW, ...spans) <= MAX_SPAN,
    () => `has strides ${strideH} × ${strideW} and a window over ${spans.join(' × ')}, and ${MAX_SPAN} is the limit`,
  );
  const patch = filterH * filterW * inC;
  check.expect(patch <= MAX_PATCH, () => `has ${patch} values under its window, and ${MAX_PATCH} is the limit`);
  check.expect(
    outH >= 1 && outW >= 1,
    () => `its window over ${spans.join(' × ')} does not fit its input of ${inH} × ${inW}`,
  );
}
