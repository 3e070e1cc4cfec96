// How sure a share is that was counted on few examples.

/** Of the standard normal distribution: 95 % lie within. */
const Z = 1.959964;

/**
 * Wilson's score interval of a share, 95 %. Source: E. B. Wilson, "Probable inference, the law of succession, and
 * statistical inference", JASA 22 (1927).
 * @param part of `whole` examples, which are taken to be independent
 */
export function wilson(part: number, whole: number): [low: number, high: number] {
  if (whole === 0) return [0, 1];
  const [p, z2] = [part / whole, (Z * Z) / whole];
  const middle = (p + z2 / 2) / (1 + z2);
  const half = (Z / (1 + z2)) * Math.sqrt((p * (1 - p)) / whole + z2 / (4 * whole));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
