/** Arrays of doubles for the tests' own loops: nothing of the library is used to check it. */
export interface Nd {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export const count = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);

/** Every index of a shape in row-major order. */
export function* indices(shape: readonly number[]): Generator<number[]> {
  const index = shape.map(() => 0);
  for (let at = 0; at < count(shape); at++) {
    yield [...index];
    for (let d = shape.length - 1; d >= 0 && ++index[d]! === shape[d]; d--) index[d] = 0;
  }
}

/** The array whose element at each index is f(index). */
export const build = (shape: readonly number[], f: (index: number[]) => number): Nd => ({
  shape,
  data: [...indices(shape)].map(f),
});

/** x at an index that may have more axes or reach along axes of size 1, as in broadcasting. */
export function at(x: Nd, index: readonly number[]): number {
  const lead = index.length - x.shape.length;
  let place = 0;
  x.shape.forEach((d, i) => {
    const n = d === 1 ? 0 : index[lead + i]!;
    if (n < 0 || n >= d) throw new Error(`at: index ${index.join()} is outside shape ${x.shape.join()}`);
    place = place * d + n;
  });
  return x.data[place]!;
}

/** x at an index, 0 outside. */
export const atOrZero = (x: Nd, index: readonly number[]): number =>
  index.every((n, i) => n >= 0 && n < x.shape[i]!) ? at(x, index) : 0;

/** The shape that all broadcast to. */
export function broadcastShape(...shapes: (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((s) => s.length));
  return Array.from({ length: rank }, (_, i) => {
    const sizes = shapes.map((s) => s[i - rank + s.length] ?? 1).filter((d) => d !== 1);
    return sizes[0] ?? 1;
  });
}

/** f of corresponding elements. */
export const zip = (f: (...xs: number[]) => number, ...xs: Nd[]): Nd =>
  build(broadcastShape(...xs.map((x) => x.shape)), (i) => f(...xs.map((x) => at(x, i))));

export const scalarNd = (value: number): Nd => ({ shape: [], data: [value] });

export const sumOf = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);

/**
 * An array of numbers (k + ½)/64 without repetition where there are few enough of them: no two are
 * equal, none is an integer or 0, all are exact in float32. The same seed gives the same numbers.
 */
export function numbers(shape: readonly number[], seed = 1, low = -2, high = 2): Nd {
  const n = count(shape);
  const cells = Math.round((high - low) * 64);
  let state = (seed * 2654435761) >>> 0;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const order = Array.from({ length: cells }, (_, i) => i);
  for (let i = cells - 1; i > 0; i--) {
    const j = next(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return { shape, data: Array.from({ length: n }, (_, i) => low + (order[i % cells]! + 0.5) / 64) };
}
