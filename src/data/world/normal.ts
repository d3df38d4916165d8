/**
 * Returns log x for a positive normal float x, by +, −, ×, ÷ alone, because the last bit of
 * Math.log may differ between engines. With x = m·2ᵉ, √½ ≤ m < √2, it is e·log 2 + 2 artanh((m −
 * 1)/(m + 1)).
 */
function logarithm(x: number): number {
  let exponent = 0;
  for (; x < Math.SQRT1_2; x *= 2) exponent--;
  for (; x >= Math.SQRT2; x /= 2) exponent++;
  const s = (x - 1) / (x + 1);
  const q = s * s;
  const series = 1 + q * (1 / 3 + q * (1 / 5 + q * (1 / 7 + q * (1 / 9 + q * (1 / 11 + q * (1 / 13 + q / 15))))));
  return exponent * Math.LN2 + 2 * s * series;
}

/**
 * Returns the p-quantile of the standard normal distribution for 0 < p < 1, to about 1 part in 10⁷
 * and with the same bits in every engine (Wichura 1988, "Algorithm AS 241", routine PPND7).
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (
      (q * (((5.910937472e1 * r + 1.5929113202e2) * r + 5.0434271938e1) * r + 3.3871327179)) /
      (((6.71875636e1 * r + 7.8757757664e1) * r + 1.7895169469e1) * r + 1)
    );
  }
  const r = Math.sqrt(-logarithm(q < 0 ? p : 1 - p));
  const t = r <= 5 ? r - 1.6 : r - 5;
  const tail =
    r <= 5
      ? (((1.7023821103e-1 * t + 1.3067284816) * t + 2.75681539) * t + 1.4234372777) /
        ((1.2021132975e-1 * t + 7.370016425e-1) * t + 1)
      : (((1.7337203997e-2 * t + 4.2868294337e-1) * t + 3.081226386) * t + 6.657905115) /
        ((1.2258202635e-2 * t + 2.4197894225e-1) * t + 1);
  return q < 0 ? -tail : tail;
}
