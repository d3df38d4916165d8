/**
 * The DCT basis: basis[8 u + x] = ½ c(u) cos((2x + 1) u π / 16), with c(0) = 1/√2 and c(u) = 1
 * otherwise.
 */
const basis = Float64Array.from({ length: 64 }, (_, i) => {
  const [u, x] = [i >> 3, i & 7];
  return 0.5 * (u === 0 ? Math.SQRT1_2 : 1) * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
});

const columns = new Float64Array(64);

/**
 * Writes the inverse discrete cosine transform of a block to `out`: pixel (x, y) goes to index
 * start + y · stride + x. Its value is f(x, y) = 128 + ¼ Σ c(u) c(v) F(u, v) cos((2x+1)uπ/16)
 * cos((2y+1)vπ/16), rounded and clamped to 0 … 255 (ITU-T T.81, A.3.3). F are the 64 coefficients
 * from index `at` on times the divisors, the entries of the quantisation table, both row by row.
 */
export function inverseDct(
  coefficients: Int16Array,
  at: number,
  divisors: Uint16Array,
  out: Uint8ClampedArray,
  start: number,
  stride: number,
): void {
  columns.fill(0);
  let other = false;
  for (let i = 0; i < 64; i++) {
    const value = coefficients[at + i]!;
    if (value === 0) continue;
    if (i > 0) other = true;
    const [u, v] = [i & 7, i >> 3];
    for (let y = 0; y < 8; y++) columns[8 * y + u]! += value * divisors[i]! * basis[8 * v + y]!;
  }
  for (let y = 0; y < 8; y++)
    for (let x = 0; x < 8; x++) {
      let sum = 128 + columns[8 * y]! * basis[x]!;
      if (other) for (let u = 1; u < 8; u++) sum += columns[8 * y + u]! * basis[8 * u + x]!;
      out[start + y * stride + x] = sum;
    }
}
