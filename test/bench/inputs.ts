/** An array as every library can take it. */
export interface Input {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export type Inputs = Readonly<Record<string, Input>>;

/** Uniform numbers in [0, 1), the same in every process (mulberry32). */
function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let h = Math.imul(state ^ (state >>> 15), state | 1);
    h ^= h + Math.imul(h ^ (h >>> 7), h | 61);
    return ((h ^ (h >>> 14)) >>> 0) / 2 ** 32;
  };
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);

/** Normal numbers times `scale`. */
export function normal(seed: number, shape: readonly number[], scale = 1): Input {
  const u = uniform(seed);
  const data = Float32Array.from(
    { length: sizeOf(shape) },
    () => scale * Math.sqrt(-2 * Math.log(1 - u())) * Math.cos(2 * Math.PI * u()),
  );
  return { shape, data };
}

/** Uniform numbers in [low, high). */
export function between(seed: number, shape: readonly number[], low: number, high: number): Input {
  const u = uniform(seed);
  return { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => low + (high - low) * u()) };
}

export const zeros = (shape: readonly number[]): Input => ({ shape, data: new Float32Array(sizeOf(shape)) });

/** Whole numbers below `classes`. */
export function labels(seed: number, shape: readonly number[], classes: number): Input {
  const u = uniform(seed);
  return { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => Math.floor(classes * u())) };
}

/** Labels as rows of zeros with a one: what some libraries' losses take. */
export function oneHot({ shape, data }: Input, classes: number): Input {
  const out = new Float32Array(data.length * classes);
  data.forEach((label, i) => (out[i * classes + label] = 1));
  return { shape: [...shape, classes], data: out };
}
