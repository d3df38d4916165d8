import { currentIsReference } from '../device/devices.ts';
import { checkFunction, checkList } from '../graph/checks.ts';
import { checkOptions } from '../graph/options.ts';
import { showAny } from '../graph/shape.ts';
import { topological } from '../graph/walk.ts';
import { tensor } from '../tensor/create.ts';
import { asTensor, type Tensor, type TensorLike } from '../tensor/tensor.ts';
import { flatten, isDifferentiable, type Tree } from '../tensor/tree.ts';
import { jvp } from '../tensor/transforms/jvp.ts';
import { vjp } from '../tensor/transforms/vjp.ts';

export interface CheckGradsOptions {
  /** The highest order of derivative to check: 1 for the first derivative alone. */
  readonly order?: number;
  /** The largest allowed error, relative to the larger of 1 and the compared values. */
  readonly tolerance?: number;
  /** The step h of the differences. */
  readonly step?: number;
  /** The modes to check. */
  readonly modes?: readonly ('vjp' | 'jvp')[];
}

/**
 * Deterministic pseudo-random numbers with absolute values from ½ to 1. None is near 0, where an
 * error could not be seen.
 */
const noise = (n: number, seed: number): number[] =>
  Array.from({ length: n }, (_, i) => {
    const x = Math.sin(12.9898 * (i + 1) + 78.233 * seed);
    return (x + (x < 0 ? -1 : 1)) / 2;
  });

const leavesOf = (tree: Tree): Tensor[] =>
  flatten<TensorLike>(tree, isDifferentiable).leaves.map((x) => asTensor('checkGrads', x));

/** A tree of such numbers with the shapes of another tree. */
function noiseLike(tree: Tree, seed: number): Tree {
  const flat = flatten<TensorLike>(tree, isDifferentiable);
  return flat.rebuild(
    flat.leaves.map((x, i) => {
      const { size, shape } = asTensor('checkGrads', x);
      return tensor(noise(size, seed + i), { shape });
    }),
  );
}

const inner = (a: Tree, b: Tree): Tensor => {
  const others = leavesOf(b);
  return leavesOf(a)
    .map((x, i) => x.mul(others[i]!).sum())
    .reduce((s, t) => s.add(t), tensor(0));
};

/** Returns tree + h · direction. */
function moved(tree: Tree, direction: Tree, h: number): Tree {
  const flat = flatten<TensorLike>(tree, isDifferentiable);
  const along = leavesOf(direction);
  return flat.rebuild(flat.leaves.map((x, i) => asTensor('checkGrads', x).add(along[i]!.mul(h))));
}

const overrides = (y: Tensor): string =>
  topological([y.node], () => false).some((n) => n.op === 'fanOut' || (n.op === 'custom' && !n.attrs.jvp))
    ? '; there is a fanOut or a customVjp inside, whose backward pass need not be the derivative'
    : '';

/** Each order has twice as many derivatives as the one before. */
const highest = 10;

const optionNames = ['order', 'tolerance', 'step', 'modes'] as const;

function checkValues({ order, tolerance, step, modes }: Required<CheckGradsOptions>): void {
  if (!Number.isInteger(order) || order < 1 || order > highest)
    throw new Error(`checkGrads: order must be an integer from 1 to ${highest}, got ${showAny(order)}`);
  for (const [name, x] of Object.entries({ tolerance, step }))
    if (typeof x !== 'number' || !(x > 0))
      throw new Error(`checkGrads: ${name} must be a positive number, got ${showAny(x)}`);
  const wrong = checkList('checkGrads', 'modes', modes).find((m) => m !== 'vjp' && m !== 'jvp');
  if (modes.length === 0 || wrong !== undefined)
    throw new Error(`checkGrads: modes must be 'vjp', 'jvp' or both, got ${showAny(wrong ?? modes)}`);
}

/**
 * Throws unless the derivatives of f at `args` agree with fourth-order central differences. For a
 * pseudo-random direction t and cotangent g it compares
 *
 *     ⟨vjp(g), t⟩  and  ⟨g, jvp(t)⟩  against  (⟨g, f(−2h)⟩ − 8 ⟨g, f(−h)⟩ + 8 ⟨g, f(h)⟩ − ⟨g, f(2h)⟩) / 12h
 *
 * where f(s) = f(args + s t). Derivatives of derivatives are checked in the same way up to `order`,
 * with every combination of modes. The inputs must be farther than 2h from jumps and kinks. It
 * needs the reference device, because differences of float32 values are too inaccurate.
 */
export async function checkGrads(
  f: (...args: Tree[]) => Tree,
  args: readonly Tree[],
  given: CheckGradsOptions = {},
): Promise<void> {
  checkFunction('checkGrads', f);
  checkList('checkGrads', 'arguments', args);
  const {
    order = 2,
    tolerance = 1e-6,
    step = 2e-3,
    modes = ['vjp', 'jvp'],
  } = checkOptions('checkGrads', given, optionNames);
  if (!currentIsReference())
    throw new Error("checkGrads: differences need float64, so await setDevice('reference') first");
  const options = { order, tolerance, step, modes };
  checkValues(options);
  await check(f, args, options, 1);
}

async function check(
  f: (...args: Tree[]) => Tree,
  args: readonly Tree[],
  options: Required<CheckGradsOptions>,
  order: number,
): Promise<void> {
  const { tolerance, step, modes } = options;
  const direction = noiseLike(args, order) as Tree[];
  const [y, pullback] = vjp(f, ...args);
  const g = noiseLike(y, order + 100);
  const at = (h: number): Promise<number> => inner(g, f(...(moved(args, direction, h) as Tree[]))).item();
  const [a, b, c, d] = await Promise.all([at(-2 * step), at(-step), at(step), at(2 * step)]);
  const expected = (a! - 8 * b! + 8 * c! - d!) / (12 * step);
  const compare = async (mode: string, derivative: Tensor): Promise<void> => {
    const got = await derivative.item();
    if (!(Math.abs(got - expected) <= tolerance * Math.max(1, Math.abs(got), Math.abs(expected))))
      throw new Error(
        `checkGrads: ${mode} of order ${order} gives ${got}, differences give ${expected}${overrides(inner(g, y))}`,
      );
  };
  const reverse = (...xs: Tree[]): Tree => vjp(f, ...xs)[1](g);
  const forward = (...xs: Tree[]): Tree => jvp(f, xs, direction)[1];
  if (modes.includes('vjp')) await compare('vjp', inner(pullback(g), direction));
  if (modes.includes('jvp')) await compare('jvp', inner(g, forward(...args)));
  if (order === options.order) return;
  if (modes.includes('vjp')) await check(reverse, args, options, order + 1);
  if (modes.includes('jvp')) await check(forward, args, options, order + 1);
}
