import { describe, expect, test } from 'vitest';
import { elementwise as table, type ElementwiseName, type Scalar } from '../../kernels/elementwise.ts';
import { kernelExpr, logByBitsExpr } from '../../src/graph/scalar.ts';
import { samples, strictFloat32, ulps } from '../support/strictFloat32.ts';

interface Bound {
  /** The largest error allowed. */
  readonly ulps: number;
  /** The interval of the first input, if it is not the entry's domain. */
  readonly over?: readonly [number, number];
  /** Where pieces of the form meet. */
  readonly near?: readonly number[];
}

/**
 * What each kernel form keeps to. sin and cos are measured where they reduce their argument
 * themselves.
 */
const bounds: Partial<Record<ElementwiseName, Bound>> = {
  sign: { ulps: 0 },
  expm1: { ulps: 3, near: [0.4] },
  log: { ulps: 2.5, near: [0.7, 1.4, 1] },
  log1p: { ulps: 2.5, near: [0.3, 0.4] },
  sin: { ulps: 2.5, over: [-100000, 100000], near: [Math.PI / 4, Math.PI / 2, Math.PI, 100 * Math.PI] },
  cos: { ulps: 2.5, over: [-100000, 100000], near: [Math.PI / 4, Math.PI / 2, Math.PI, 100.5 * Math.PI] },
  tan: { ulps: 4, near: [Math.PI / 4] },
  asin: { ulps: 2.5, near: [0.5, 1] },
  acos: { ulps: 2.5, near: [0.5, 1] },
  atan: { ulps: 2.5, near: [0.4142135623, 2.414213562] },
  sinh: { ulps: 3, near: [1, 89] },
  cosh: { ulps: 3, near: [89] },
  tanh: { ulps: 2, near: [Math.sqrt(0.3), 10, 20] },
  exp: { ulps: 1.5, near: [0.34657359, 88.72, 87.33] },
  asinh: { ulps: 2.5, near: [10000, 0.3, 0.4] },
  acosh: { ulps: 2.5, near: [1, 10000] },
  atanh: { ulps: 3.5, near: [0.15, 0.2, 1] },
  sigmoid: { ulps: 2.5 },
  bell: { ulps: 4 },
  logSigmoid: { ulps: 3.5 },
  softplus: { ulps: 3.5 },
  erf: { ulps: 2.5, near: [1, 4] },
  gaussian: { ulps: 4, near: [12, 13.2] },
  normalCdf: { ulps: 4.5, near: [1, 4, 12.5] },
  ceil: { ulps: 0, near: [1, 2] },
  isFinite: { ulps: 0 },
  relu: { ulps: 0 },
  pow: { ulps: 1 },
  atan2: { ulps: 3.5 },
  hypot: { ulps: 2.5 },
  maximum: { ulps: 0 },
  minimum: { ulps: 0 },
};

/** One element of each list, in every way. */
const tuples = (lists: readonly (readonly number[])[]): number[][] =>
  lists.reduce<number[][]>((all, list) => all.flatMap((xs) => list.map((x) => [...xs, x])), [[]]);

/** The worst error of an entry's kernel form over its inputs, and where it is. */
function worst(name: ElementwiseName, { over, near }: Bound): { error: number; what: string } {
  const entry = table[name];
  const body = kernelExpr(name);
  const one = entry.arity === 1;
  const first = samples(over ?? entry.domain[0]!, near).filter((_, i) => one || i % 29 === 0);
  const others = entry.domain.slice(1).map((d) => samples(d).filter((_, i) => i % 499 === 0));
  let [error, what] = [0, ''];
  for (const xs of tuples([first, ...others])) {
    const [got, want] = [strictFloat32(body, xs), (entry.value as Scalar)(...xs)];
    const e = ulps(got, want);
    if (!(e <= error)) [error, what] = [e, `${name}(${xs.join(', ')}) = ${got} for ${want}`];
  }
  return { error, what };
}

const withKernel = (Object.keys(table) as ElementwiseName[]).filter((name) => 'kernel' in table[name]);

describe('kernel forms in strict float32 against values in float64', () => {
  test('every kernel form has a bound', () => {
    expect([...Object.keys(bounds), 'mod'].sort()).toEqual([...withKernel].sort());
  });

  for (const [name, bound] of Object.entries(bounds) as [ElementwiseName, Bound][])
    test(`${name} keeps to ${bound.ulps} ulps`, () => {
      const { error, what } = worst(name, bound);
      expect(error, what).toBeLessThanOrEqual(bound.ulps);
    });

  test.each([
    ['log', 1],
    ['log1p', 0],
  ] as const)(
    '%s keeps to 2.5 ulps around %i where a machine’s logarithms are off by 2⁻²¹, as WGSL allows',
    (name, at) => {
      const rough = { log: (x: number) => Math.log(x) + 2 ** -21 };
      for (const x of samples([at - 0.29, at + 0.39], [1, 0.75, 1.25])) {
        const got = strictFloat32(kernelExpr(name), [x], rough);
        expect(ulps(got, table[name].value(x)), `${name}(${x}) = ${got}`).toBeLessThanOrEqual(2.5);
      }
    },
  );

  test('the logarithm that reads exponents keeps to 2.5 ulps, subnormal numbers and infinity included', () => {
    const xs = [
      ...samples([0, Infinity], [0.7071067811865476, 1.414213562373095, 1, 2, 2 ** 20]),
      1e-45,
      1e-40,
      Infinity,
    ];
    for (const x of xs.filter((x) => x > 0).map(Math.fround)) {
      const got = strictFloat32(logByBitsExpr, [x]);
      expect(ulps(got, Math.log(x)), `log(${x}) = ${got}`).toBeLessThanOrEqual(2.5);
    }
    expect(strictFloat32(logByBitsExpr, [NaN])).toBeNaN();
  });

  test('mod is exact for integers, and within the divisor always', () => {
    const body = kernelExpr('mod');
    for (let a = -60; a <= 60; a++)
      for (const b of [-7, -3, -1, 1, 2, 3, 7, 11])
        expect(strictFloat32(body, [a, b]) + 0).toBe(table.mod.value(a, b) + 0);
    for (const a of samples([-Infinity, Infinity]).filter((_, i) => i % 29 === 0))
      for (const b of samples([-Infinity, Infinity]).filter((_, i) => i % 499 === 0)) {
        const got = strictFloat32(body, [a, b]);
        expect(Math.abs(got), `mod(${a}, ${b})`).toBeLessThanOrEqual(Math.abs(b));
        expect(got * Math.sign(b), `mod(${a}, ${b})`).toBeGreaterThanOrEqual(0);
        // Neither sign is another case.
        expect(strictFloat32(body, [-a, -b]) + 0, `mod(${-a}, ${-b})`).toBe(0 - got);
        if (Math.abs(a / b) < 1000) {
          const apart = Math.abs(got - table.mod.value(a, b));
          const around = Math.min(apart, Math.abs(Math.abs(b) - apart));
          expect(around, `mod(${a}, ${b})`).toBeLessThanOrEqual(2 ** -23 * Math.max(Math.abs(a), Math.abs(b)));
        }
      }
  });

  test('mod of a zero is that zero, with its sign', () => {
    const body = kernelExpr('mod');
    for (const zero of [0, -0])
      for (const b of [3, -3, 0.1, -Infinity])
        expect([strictFloat32(body, [zero, Math.fround(b)]), table.mod.value(zero, b)]).toEqual([zero, zero]);
  });

  test('what is 0 at 0 is not −0 there', () => {
    const zero = withKernel.filter((name) => table[name].domain.length === 1 && Object.is(table[name].value(0), 0));
    expect(zero).toEqual(expect.arrayContaining(['asinh', 'sinh', 'tanh']));
    for (const name of zero) expect(strictFloat32(kernelExpr(name), [0]), name).toBe(0);
  });

  test('special inputs give what the value gives, where a machine has NaN and infinities', () => {
    const edges = [0, 1, -1, 0.5, 2, Infinity, -Infinity, NaN, 3e38, -3e38].map(Math.fround);
    for (const name of withKernel) {
      const body = kernelExpr(name);
      for (const xs of tuples(table[name].domain.map(() => edges))) {
        const [got, want] = [strictFloat32(body, xs), Math.fround((table[name].value as Scalar)(...xs))];
        const same = Object.is(got, want) || Math.abs(got - want) <= 4 * 2 ** -23 * Math.abs(want);
        // A remainder next to the divisor may come out as 0.
        const wraps = name === 'mod' && Math.abs(got - want) === Math.abs(xs[1]!);
        expect(same || wraps || got === want, `${name}(${xs.join(', ')}) = ${got} for ${want}`).toBe(true);
      }
    }
  });
});
