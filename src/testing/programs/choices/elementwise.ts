import { elementwise as table, type ElementwiseName } from '../../../../kernels/elementwise.ts';
import { applyElementwise, type Tensor } from '../../../tensor/tensor.ts';
import { any, constantLike, one, pick, step, together, type Choice } from '../pool.ts';
import type { Random } from '../program.ts';

/** Moves most of x into an operation's domain. Outside it, or near a pole, the step is rejected. */
function into([low, high]: readonly [number, number], x: Tensor): Tensor {
  if (low === -Infinity) return x;
  return high === Infinity
    ? x.abs().add(low + 0.25)
    : x
        .tanh()
        .mul((high - low) * 0.45)
        .add((low + high) / 2);
}

const names = Object.keys(table) as ElementwiseName[];
const namesOf = (arity: number): ElementwiseName[] => names.filter((n) => table[n].arity === arity);

/** Operations of one input. */
export const unary: readonly Choice[] = namesOf(1).map((name) =>
  one(name, (random) => {
    const inside = random(3) > 0;
    return (x) => applyElementwise(name, inside ? into(table[name].domain[0]!, x) : x);
  }),
);

/**
 * Chooses a second operand for step i: another step that broadcasts with it, or undefined for a
 * number.
 */
function partner(random: Random, pool: Parameters<Choice>[1], i: number): number | undefined {
  return random(5) === 0 ? undefined : any(random, pool, (shape) => together(pool[i]!, shape) !== undefined);
}

/** Operations of two inputs, or of one input and a number. */
export const binary: readonly Choice[] = [...namesOf(2), 'add', 'mul', 'sub', 'div'].map(
  (name): Choice =>
    (random, pool) => {
      const i = any(random, pool)!;
      const j = partner(random, pool, i);
      const op = name as ElementwiseName;
      const inside = random(3) > 0;
      const [first, second] = [0, 1].map((n) => (x: Tensor) => (inside ? into(table[op].domain[n]!, x) : x)) as [
        (x: Tensor) => Tensor,
        (x: Tensor) => Tensor,
      ];
      if (j !== undefined) return step(name, [i, j], (a, b) => applyElementwise(op, first(a!), second(b!)));
      const value = constantLike(random, pool[i]!, [-3, -1, 0, 0.5, 0.7, 1, 2, 3]);
      return random(2) === 0
        ? step(name, [i], (a) => applyElementwise(op, first(a!), value()))
        : step(name, [i], (a) => applyElementwise(op, value(), second(a!)));
    },
);

/** Operations that choose between inputs. */
export const ternary: readonly Choice[] = [
  (random, pool) => {
    const i = any(random, pool)!;
    const j = partner(random, pool, i) ?? i;
    const k = any(random, pool, (shape) => together(pool[i]!, pool[j]!, shape) !== undefined);
    if (k === undefined) return undefined;
    const by = pick(random, [-1, 0, 0.3]);
    return step('where', [i, j, k], (a, b, c) => applyElementwise('where', a!.greater(by), b!, c!));
  },
  one('clip', (random) => {
    const low = pick(random, [-2, -1, 0, 0.3]);
    const high = low + pick(random, [0.5, 1, 2]);
    return (x) => applyElementwise('clip', x, low, high);
  }),
];
