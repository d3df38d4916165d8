import { key } from '../../../tensor/key.ts';
import * as activations from '../../../tensor/ops/activations.ts';
import { random as draw } from '../../../tensor/random.ts';
import type { Tensor } from '../../../tensor/tensor.ts';
import { checkpoint } from '../../../tensor/transforms/checkpoint.ts';
import { stopGradient } from '../../../tensor/transforms/stopGradient.ts';
import { newShape, one, step, type Choice } from '../pool.ts';

/** Random draws, activations, and operations that matter only to differentiation. */
export const rest: readonly Choice[] = [
  one('stopGradient', () => (x) => stopGradient(x)),
  one('checkpoint', () => (x) => checkpoint((y: Tensor) => y.mul(0.5).tanh().mul(y))(x) as Tensor),
  one('gelu', () => (x) => activations.gelu(x)),
  one('silu', () => (x) => activations.silu(x)),
  one('elu', () => (x) => activations.elu(x)),
  one('leakyRelu', () => (x) => activations.leakyRelu(x)),
  (random) => {
    const [shape, seed] = [newShape(random), random(1000)];
    return step('uniform', [], () => draw.uniform(key(seed), shape));
  },
];
