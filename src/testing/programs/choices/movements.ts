import { sizeOf, type Shape } from '../../../graph/node.ts';
import { range } from '../../../graph/shape.ts';
import * as move from '../../../tensor/ops/movement.ts';
import type { Tensor } from '../../../tensor/tensor.ts';
import { any, full, mostAxes, mostElements, one, pick, shuffled, someAxes, step, type Choice } from '../pool.ts';
import type { Random } from '../program.ts';

/** Draws another shape of the same size. */
function refactored(random: Random, shape: Shape): number[] {
  let rest = sizeOf(shape);
  const out: number[] = [];
  if (rest === 0) return [...shuffled(random, shape.length).map((i) => shape[i]!), ...(random(2) === 0 ? [2] : [])];
  while (rest > 1 && out.length < mostAxes - 1) {
    const divisors = range(rest + 1).filter((d) => d > 0 && rest % d === 0);
    const d = pick(random, divisors);
    out.push(d);
    rest /= d;
  }
  if (rest > 1) out.push(rest);
  return out;
}

export const reshape: Choice = one(
  'reshape',
  (random, shape) => {
    const to = refactored(random, shape);
    return (x) => move.reshape(x, to);
  },
  (shape) => sizeOf(shape) <= mostElements && shape.length <= mostAxes,
);

/** Views. */
export const movements: readonly Choice[] = [
  reshape,
  one(
    'permute',
    (random, shape) => {
      const order = shuffled(random, shape.length);
      return (x) => move.permute(x, order);
    },
    (shape) => shape.length > 1,
  ),
  one(
    'broadcastTo',
    (random, shape) => {
      const lead = random(Math.min(3, mostAxes + 1 - shape.length));
      const to = [...range(lead).map(() => 1 + random(3)), ...shape.map((d) => (d === 1 ? 1 + random(4) : d))];
      return sizeOf(to) > mostElements ? undefined : (x) => move.broadcastTo(x, to);
    },
    (shape) => shape.length <= mostAxes && shape.length > 0,
  ),
  one(
    'squeeze',
    () => (x) => move.squeeze(x),
    (shape) => shape.includes(1),
  ),
  one(
    'unsqueeze',
    (random, shape) => {
      const axis = random(shape.length + 1);
      return (x) => move.unsqueeze(x, axis);
    },
    (shape) => shape.length < mostAxes,
  ),
  one(
    'slice',
    (random, shape) => {
      const starts = shape.map((d) => random(Math.max(1, d - 1)));
      const ends = shape.map((d, i) => Math.min(d, starts[i]! + random(d + 1) + (random(10) === 0 ? 0 : 1)));
      return (x) => move.slice(x, starts, ends);
    },
    full,
  ),
  one('pad', (random, shape) => {
    const widths = shape.map((): [number, number] => [random(3), random(3)]);
    const value = pick(random, [0, 0, 1.5]);
    return sizeOf(shape.map((d, i) => d + widths[i]![0] + widths[i]![1])) > mostElements
      ? undefined
      : (x) => move.pad(x, widths, { value });
  }),
  one('flip', (random, shape) => {
    const axis = someAxes(random, shape);
    return (x) => move.flip(x, { axis });
  }),
];

/**
 * Concatenations of two to four steps that agree off one axis, and stacks of steps of one shape.
 */
export const joining: readonly Choice[] = [
  (random, pool) => {
    const i = any(random, pool, (shape) => shape.length > 0);
    if (i === undefined) return undefined;
    const axis = random(pool[i]!.length);
    const fits = (shape: Shape): boolean =>
      shape.length === pool[i]!.length && shape.every((d, a) => a === axis || d === pool[i]![a]);
    const all = [i, ...range(1 + random(random(6) === 0 ? 9 : 3)).map(() => any(random, pool, fits)!)];
    if (all.reduce((n, j) => n + sizeOf(pool[j]!), 0) > mostElements) return undefined;
    return step(
      'concat',
      shuffled(random, all.length).map((n) => all[n]!),
      (...xs) => move.concat(xs, { axis }),
    );
  },
  (random, pool) => {
    const i = any(random, pool, (shape) => shape.length < mostAxes)!;
    if (i === undefined || sizeOf(pool[i]!) * 3 > mostElements) return undefined;
    const axis = random(pool[i]!.length + 1);
    const others = range(1 + random(2)).map(() => any(random, pool, (shape) => shape.join() === pool[i]!.join())!);
    return step('stack', [i, ...others], (...xs) => move.stack(xs, { axis }));
  },
  one(
    'split',
    (random, shape) => {
      const axis = random(shape.length);
      const cut = random(shape[axis]! + 1);
      return (x) => {
        const [a, b] = move.split(x, [cut, shape[axis]! - cut], { axis }) as [Tensor, Tensor];
        return move.concat([b.mul(2), a.sin()], { axis });
      };
    },
    full,
  ),
];
