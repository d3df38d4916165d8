import { expect } from 'vitest';
import '../../src/tensor/methods.ts';
import { vmapNodes } from '../../src/autodiff/batch.ts';
import { jvp } from '../../src/autodiff/jvp.ts';
import type { Tangent } from '../../src/autodiff/rules.ts';
import { vjp } from '../../src/autodiff/vjp.ts';
import { run as compute } from '../../src/device/run.ts';
import { constant } from '../../src/graph/build.ts';
import type { Node } from '../../src/graph/node.ts';
import { tensor, zeros } from '../../src/tensor/create.ts';
import { Tensor } from '../../src/tensor/tensor.ts';
import { count, numbers, sumOf, type Nd } from './nd.ts';
import type { Settings } from './settings.ts';

/** One use of an operation and the plain loop that says what it means. */
export interface Case {
  readonly name: string;
  readonly inputs: readonly Nd[];
  run(...xs: Tensor[]): Tensor;
  oracle(...xs: Nd[]): Nd;
  /** The inputs to differentiate by; all if not given. */
  readonly wrt?: readonly number[];
  /** Errors count relative to each element, not to the largest. */
  readonly each?: boolean;
  /** Derivatives to check, up to the second. */
  readonly order?: 0 | 1 | 2;
}

export const toTensor = (x: Nd): Tensor => tensor(Float64Array.from(x.data), { shape: x.shape });

/** Asserts |got − want| ≤ tolerance · (|want| + scale) for every element; NaN equals NaN. */
export function expectClose(
  what: string,
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  tolerance: number,
  each = false,
): void {
  expect(got.length, `${what}: number of elements`).toBe(want.length);
  const finite = Array.from(want).filter(Number.isFinite).map(Math.abs);
  const scale = each ? 1 : Math.max(1, ...finite);
  for (let i = 0; i < want.length; i++) {
    const [g, w] = [got[i]!, want[i]!];
    const same = Object.is(g, w) || g === w || Math.abs(g - w) <= tolerance * (Math.abs(w) + scale);
    if (!same) expect.fail(`${what}: element ${i} must be ${w}, got ${g}`);
  }
}

/** Weights of the central difference of order h⁴, and where they apply. */
const stencil = [
  [-2, 1 / 12],
  [-1, -8 / 12],
  [1, 8 / 12],
  [2, -1 / 12],
] as const;
const step = 1e-3;

/** df/dt at t = 0. */
export const slope = (f: (t: number) => number): number => sumOf(stencil.map(([k, w]) => w * f(k * step))) / step;

const moved = (x: Nd, by: (i: number) => number): Nd => ({
  shape: x.shape,
  data: x.data.map((v, i) => v + by(i)),
});

const dot = (a: readonly number[], b: readonly number[]): number => sumOf(a.map((v, i) => v * b[i]!));

async function read(nodes: readonly Node[]): Promise<ArrayLike<number>[]> {
  await compute(nodes);
  return Promise.all(nodes.map((n) => new Tensor(n).data()));
}

const orZeros = (t: Tangent | undefined, shape: readonly number[]): Node => t ?? zeros(shape).node;

/** The same numbers in another order, so that no domain is left. */
const turned = (x: Nd): Nd => ({ shape: x.shape, data: [...x.data.slice(1), ...x.data.slice(0, 1)] });

/** Two examples at once under vmap give what each gives alone, the derivatives included. */
async function checkBatched(c: Case, wrt: readonly number[], cotangent: Node, settings: Settings): Promise<void> {
  const examples = [c.inputs, c.inputs.map(turned)];
  const one = (args: readonly Node[]): Node[] => {
    const y = c.run(...args.map((n) => new Tensor(n)));
    const leaves = wrt.map((i) => args[i]!);
    return [y.node, ...vjp([y.node], leaves, [cotangent]).map((t, n) => orZeros(t, leaves[n]!.shape))];
  };
  const alone = await Promise.all(examples.map((xs) => read(one(xs.map((x) => toTensor(x).node)))));
  const together = c.inputs.map((x, i) =>
    toTensor({ shape: [2, ...x.shape], data: examples.flatMap((xs) => xs[i]!.data) }),
  );
  const batched = await read(
    vmapNodes(
      one,
      together.map((t) => t.node),
      c.inputs.map(() => true),
      2,
    ),
  );
  batched.forEach((got, i) => {
    const want = alone.flatMap((values) => Array.from(values[i]!));
    expectClose(`${c.name}: output ${i} of vmap`, got, want, settings.tolerance);
  });
}

/**
 * The case's value against its oracle; its vjp and jvp against differences of the oracle, and
 * against each other; the derivatives of the vjp, by reverse and by forward mode, against second
 * differences; and, on the reference, vmap.
 */
export async function checkCase(c: Case, settings: Settings): Promise<void> {
  const { order = 2, each = false } = c;
  const { tolerance } = settings;
  const wrt = c.wrt ?? c.inputs.map((_, i) => i);
  const xs = c.inputs.map(toTensor);
  const y = c.run(...xs);
  const want = c.oracle(...c.inputs);
  expect(y.shape, `${c.name}: shape`).toEqual(want.shape);
  const value = (await read([y.node]))[0]!;
  expectClose(`${c.name}: value`, value, want.data, tolerance, each);
  if (order === 0) return;

  const cotangent = numbers(want.shape, 7, -1, 1);
  const g = toTensor(cotangent).node;
  // Tensors have at most 8 axes, the one of the examples included.
  const room = c.inputs.every((x) => x.shape.length < 8);
  if (settings.device === 'reference' && room) await checkBatched(c, wrt, g, settings);
  const leaves = wrt.map((i) => xs[i]!.node);
  const directions = wrt.map((i) => numbers(c.inputs[i]!.shape, 11 + i, -1, 1));
  const tangents = directions.map((d) => toTensor(d).node);
  const pulled = vjp([y.node], leaves, [g]).map((t, n) => orZeros(t, leaves[n]!.shape));
  const pushed = orZeros(jvp([y.node], leaves, tangents)[0], want.shape);
  const along = pulled.map((p, n) => new Tensor(p).mul(new Tensor(tangents[n]!)).sum()).reduce((a, b) => a.add(b)).node;
  const wanted = [...pulled, pushed];
  if (order === 2) {
    wanted.push(...vjp([along], leaves, [constant(1)]).map((t, n) => orZeros(t, leaves[n]!.shape)));
    wanted.push(...jvp(pulled, leaves, tangents).map((t, n) => orZeros(t, leaves[n]!.shape)));
  }
  const got = await read(wanted);

  /** The oracle with the inputs moved by s along the directions and by t along one coordinate. */
  const outputs = (s: number, n = 0, i = -1, t = 0): readonly number[] => {
    const inputs = c.inputs.map((x, at) => {
      const m = wrt.indexOf(at);
      return m < 0 ? x : moved(x, (j) => s * directions[m]!.data[j]! + (m === n && i === j ? t : 0));
    });
    return c.oracle(...inputs).data;
  };
  const weighted = (...where: [number, number?, number?, number?]): number => dot(cotangent.data, outputs(...where));
  const coordinates = (n: number): number[] => Array.from({ length: count(leaves[n]!.shape) }, (_, i) => i);
  const first = Math.max(1e-7, 10 * tolerance);
  wrt.forEach((input, n) => {
    const differences = coordinates(n).map((i) => slope((t) => weighted(0, n, i, t)));
    expectClose(`${c.name}: vjp of input ${input}`, got[n]!, differences, first, each);
  });
  const forward = got[wrt.length]!;
  const differences = want.data.map((_, i) => slope((s) => outputs(s)[i]!));
  expectClose(`${c.name}: jvp`, forward, differences, first, each);
  const dual = sumOf(directions.map((d, n) => dot(d.data, Array.from(got[n]!))));
  const size = Math.max(1, ...Array.from(forward, Math.abs)) * Math.max(1, want.data.length);
  const apart = Math.abs(dot(cotangent.data, Array.from(forward)) - dual) / size;
  expect(apart, `${c.name}: ⟨g, jvp t⟩ = ⟨vjp g, t⟩`).toBeLessThan(Math.max(1e-12, 10 * tolerance));
  if (order === 1) return;

  const second = Math.max(1e-6, 50 * tolerance);
  wrt.forEach((input, n) => {
    const differences = coordinates(n).map((i) => slope((t) => slope((s) => weighted(s, n, i, t))));
    const reverse = got[wrt.length + 1 + n]!;
    const forwards = got[2 * wrt.length + 1 + n]!;
    expectClose(`${c.name}: second derivative by input ${input}, reverse`, reverse, differences, second, each);
    expectClose(`${c.name}: second derivative by input ${input}, forward`, forwards, differences, second, each);
  });
}
