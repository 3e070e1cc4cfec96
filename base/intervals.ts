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

/**
 * Garwood's exact interval of what a count of independent events stands for, 95 %. Source: F. Garwood, "Fiducial limits for
 * the Poisson distribution", Biometrika 28 (1936).
 * @param count events that were seen
 */
export function garwood(count: number): [low: number, high: number] {
  const tail = 0.025;
  const low = count === 0 ? 0 : rising((mean) => 1 - poisson(count - 1, mean) - tail, count);
  return [low, rising((mean) => tail - poisson(count, mean), 2 * count + 10)];
}

/** The probability of at most so many events. */
function poisson(count: number, mean: number): number {
  let [term, sum] = [Math.exp(-mean), 0];
  for (let i = 0; i <= count; i++) {
    sum += term;
    term *= mean / (i + 1);
  }
  return sum;
}

/** Where a rising function is nothing: by bisection between 0 and `most`. */
function rising(f: (x: number) => number, most: number): number {
  let [low, high] = [0, most];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
  return high;
}
