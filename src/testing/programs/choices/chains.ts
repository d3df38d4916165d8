import { applyElementwise, type Tensor } from '../../../tensor/tensor.ts';
import { elementwise as table, type ElementwiseName } from '../../../../kernels/elementwise.ts';
import { argMax } from '../../../tensor/ops/reduce.ts';
import { constantLike, full, one, pick, type Choice } from '../pool.ts';
import { reshape } from './movements.ts';
import { reductions } from './reductions.ts';

const comparisons = (Object.keys(table) as ElementwiseName[]).filter(
  (name) => /^(less|greater|equal|notEqual)/.test(name) && table[name].arity === 2,
);

/** Operations that decide, or look at elements in another arrangement. */
const deciding: readonly Choice[] = [
  one('compare', (random, shape) => {
    const [name, by] = [pick(random, comparisons), constantLike(random, shape, [-1, 0, 0.5, 1.5])];
    return random(2) === 0 ? (x) => applyElementwise(name, x, by()) : (x) => applyElementwise(name, by(), x);
  }),
  one('where', (random, shape) => {
    const by = constantLike(random, shape, [-1, 0, 0.5]);
    const other = constantLike(random, shape, [0, 1, -0.5]);
    const choose = (x: Tensor): Tensor => x.greater(by());
    return random(2) === 0
      ? (x) => applyElementwise('where', choose(x), x, other())
      : (x) => applyElementwise('where', choose(x), other(), x);
  }),
  one(
    'argMax',
    (random, shape) => {
      const axis = random(shape.length);
      return (x) => argMax(x, { axis });
    },
    full,
  ),
  reshape,
];

/**
 * Operations that are more likely than others after a step of a name. Fusion and rewrites meet
 * their hardest cases where joined, repeated or padded elements are decided about and then folded.
 */
export const chains: Readonly<Record<string, readonly Choice[]>> = {
  ...Object.fromEntries(['concat', 'stack', 'broadcastTo', 'pad'].map((name) => [name, deciding])),
  ...Object.fromEntries(['compare', 'where', 'argMax', 'reshape'].map((name) => [name, reductions])),
};
