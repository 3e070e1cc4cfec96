// Small dense matrices in doubles: a covariance matrix and what detectors make of it.

export type Matrix = Float64Array[];

export function meanOf(rows: readonly ArrayLike<number>[], weights?: ArrayLike<number>): Float64Array {
  const mean = new Float64Array(rows[0]!.length);
  let total = 0;
  rows.forEach((row, r) => {
    const weight = weights ? weights[r]! : 1;
    total += weight;
    for (let i = 0; i < mean.length; i++) mean[i]! += weight * row[i]!;
  });
  return mean.map((sum) => sum / total);
}

/** About a centre, with the number of rows (or the sum of their weights) as divisor. */
export function covarianceOf(
  rows: readonly ArrayLike<number>[],
  centre: ArrayLike<number>,
  weights?: ArrayLike<number>,
): Matrix {
  const size = centre.length;
  const sums: Matrix = Array.from({ length: size }, () => new Float64Array(size));
  let total = 0;
  rows.forEach((row, r) => {
    const weight = weights ? weights[r]! : 1;
    total += weight;
    for (let i = 0; i < size; i++) {
      const left = weight * (row[i]! - centre[i]!);
      for (let j = 0; j <= i; j++) sums[i]![j]! += left * (row[j]! - centre[j]!);
    }
  });
  return sums.map((_, i) => Float64Array.from(sums, (_, j) => sums[Math.max(i, j)]![Math.min(i, j)]! / total));
}

/** L with L Lᵀ = the matrix, lower triangular. @param matrix symmetric, positive definite */
export function cholesky(matrix: Matrix): Matrix {
  const lower: Matrix = matrix.map((row) => new Float64Array(row.length));
  for (let i = 0; i < matrix.length; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i]![j]!;
      for (let k = 0; k < j; k++) rest -= lower[i]![k]! * lower[j]![k]!;
      lower[i]![j] = i === j ? Math.sqrt(rest) : rest / lower[j]![j]!;
    }
  }
  return lower;
}

/** The inverse of a lower triangular matrix, which is one too. */
export function invertLower(lower: Matrix): Matrix {
  const inverse: Matrix = lower.map((row) => new Float64Array(row.length));
  for (let column = 0; column < lower.length; column++) {
    for (let i = column; i < lower.length; i++) {
      let rest = i === column ? 1 : 0;
      for (let k = column; k < i; k++) rest -= lower[i]![k]! * inverse[k]![column]!;
      inverse[i]![column] = rest / lower[i]![i]!;
    }
  }
  return inverse;
}

export interface Eigenpair {
  value: number;
  /** Of length 1. */
  vector: Float64Array;
}

/** Sweeps of Jacobi's rotations: the off-diagonal is below rounding after fewer. */
const SWEEPS = 60;

/** Eigenvalues of a symmetric matrix with their vectors, the largest first, by Jacobi's rotations. */
export function eigenpairs(matrix: Matrix): Eigenpair[] {
  const a = matrix.map((row) => row.slice());
  const vectors: Matrix = a.map((_, i) => Float64Array.from(a, (_, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let p = 0; p < a.length; p++) {
      for (let q = p + 1; q < a.length; q++) if (a[p]![q] !== 0) rotate(a, vectors, p, q);
    }
  }
  return vectors.map((vector, i) => ({ value: a[i]![i]!, vector })).sort((left, right) => right.value - left.value);
}

/** Makes element (p, q) zero. Rows of `vectors` are what becomes the eigenvectors. */
function rotate(a: Matrix, vectors: Matrix, p: number, q: number): void {
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * a[p]![q]!);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cosine = 1 / Math.hypot(t, 1);
  const sine = t * cosine;
  const turn = (x: Float64Array, y: Float64Array) => {
    for (let k = 0; k < x.length; k++) {
      const [left, right] = [x[k]!, y[k]!];
      x[k] = cosine * left - sine * right;
      y[k] = sine * left + cosine * right;
    }
  };
  for (const row of a) {
    const [left, right] = [row[p]!, row[q]!];
    row[p] = cosine * left - sine * right;
    row[q] = sine * left + cosine * right;
  }
  turn(a[p]!, a[q]!);
  turn(vectors[p]!, vectors[q]!);
}
