// Least squares with no value below nothing.

/**
 * y ≈ Σ xᵢ·bᵢ with all b ≥ 0, by coordinate descent.
 * @param rows [x, y] with as many x in each
 */
export function leastSquares(rows) {
  const count = rows[0][0].length;
  const gram = Array.from({ length: count }, (_, i) =>
    Array.from({ length: count }, (_, j) => rows.reduce((sum, [x]) => sum + x[i] * x[j], 0)),
  );
  const right = Array.from({ length: count }, (_, i) => rows.reduce((sum, [x, y]) => sum + x[i] * y, 0));
  const found = new Array(count).fill(0);
  for (let round = 0; round < 20_000; round++) {
    let moved = 0;
    for (let i = 0; i < count; i++) {
      if (gram[i][i] === 0) continue;
      const rest = right[i] - gram[i].reduce((sum, g, j) => sum + (j === i ? 0 : g * found[j]), 0);
      const value = Math.max(0, rest / gram[i][i]);
      moved = Math.max(moved, Math.abs(value - found[i]) / (Math.abs(value) + 1e-12));
      found[i] = value;
    }
    if (moved < 1e-9) break;
  }
  return found;
}
