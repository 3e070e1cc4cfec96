// The checks of a sliding window: its options, that it fits its input, and that no index leaves 32 bits.
import type { ExplicitPadding, Graph } from '../graph/graph.js';
import type { LayerCheck } from './layer_check.js';
import { isPool, windowGeometry, type WindowGeometry, type WindowOp } from './window.js';

/** Places of an input with its padding: as many as a graph may have elements. */
const MAX_PLACES = 2 ** 26;
/** Strides, and what a dilated window covers, in elements of one dimension: far above any input that fits a device. */
const MAX_SPAN = 2 ** 16 - 1;
/** Values under one window. */
const MAX_PATCH = 2 ** 22;

/** Checks an op whose input and weights are known to have four dimensions. */
export function checkWindow(check: LayerCheck, op: WindowOp, graph: Graph): void {
  const g = windowGeometry(op, graph);
  const { padding } = op.options;
  if (typeof padding !== 'string') checkPadding(check, op, padding, g);
  const { strideH, strideW, dilationH, dilationW, filterH, filterW, inH, inW, inC, outH, outW } = g;
  check.positive({ strideH, strideW, dilationH, dilationW, filterH, filterW });
  const spans = [(filterH - 1) * dilationH + 1, (filterW - 1) * dilationW + 1];
  checkSpans(check, [strideH, strideW], spans);
  const patch = filterH * filterW * inC;
  check.expect(patch <= MAX_PATCH, () => `has ${patch} values under its window, and ${MAX_PATCH} is the limit`);
  check.expect(
    outH >= 1 && outW >= 1,
    () => `its window over ${spans.join(' × ')} does not fit its input of ${inH} × ${inW}`,
  );
}

/** @param spans what the filter covers, dilation included: height and width */
export function checkSpans(check: LayerCheck, strides: readonly number[], spans: readonly number[]): void {
  check.expect(
    Math.max(...strides, ...spans) <= MAX_SPAN,
    () => `has strides ${strides.join(' × ')} and a window over ${spans.join(' × ')}, and ${MAX_SPAN} is the limit`,
  );
}

function checkPadding(check: LayerCheck, op: WindowOp, padding: ExplicitPadding, { inH, inW }: WindowGeometry): void {
  check.expect(!isPool(op), () => 'has explicit padding, whose zeros a pool would have to see');
  const { top, bottom, left, right } = padding;
  check.expect(
    [top, bottom, left, right].every((n) => Number.isInteger(n) && n >= 0),
    () => `has the padding [${top},${bottom},${left},${right}], and it has to be 0 or more`,
  );
  const places = (top + inH + bottom) * (left + inW + right);
  check.expect(places <= MAX_PLACES, () => `has ${places} places with its padding, and ${MAX_PLACES} is the limit`);
}
