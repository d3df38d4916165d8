import { checkIndices } from '../device/limits.ts';
import * as g from '../graph/build.ts';
import type { Shape } from '../graph/node.ts';
import { showAny } from '../graph/shape.ts';
import { newShape } from './newShape.ts';
import { checkKey, type Key } from './key.ts';
import { take } from './ops/indexing.ts';
import { sort } from './ops/sort.ts';
import { asTensor, Tensor, type TensorLike } from './tensor.ts';

/** Returns uniform draws of `shape`. Throws, with `name`, if `key` is no key. */
const draw = (name: string, key: Key, shape: Shape): Tensor => new Tensor(g.random(checkKey(name, key).node, shape));

/**
 * Returns uniform draws from the open interval (0, 1), by default one draw of shape []. Draws are
 * multiples of 2⁻²⁴ and equal on all devices.
 */
export function uniform(key: Key, shape: Shape = []): Tensor {
  return draw('random.uniform', key, newShape('random.uniform', shape));
}

/**
 * Returns standard normal draws √(−2 log u) cos 2πv for uniform u and v (Box and Muller 1958), by
 * default one draw of shape [].
 */
export function normal(key: Key, shape: Shape = []): Tensor {
  const pair = draw('random.normal', key, [2, ...newShape('random.normal', shape)]);
  const radius = pair.at(0).log().mul(-2).sqrt();
  const angle = pair.at(1).mul(2 * Math.PI);
  return radius.mul(angle.cos());
}

/**
 * Returns draws that are 1 with probability p (by default ½) and otherwise 0, of shape `shape` or,
 * if that is missing, of p's shape. A tensor p holds one probability for each draw, or broadcasts.
 * Throws if a number p is not from 0 to 1; the elements of a tensor are not checked.
 */
export function bernoulli(key: Key, p: TensorLike = 0.5, shape?: Shape): Tensor {
  const name = 'random.bernoulli';
  if (typeof p === 'number' && !(p >= 0 && p <= 1))
    throw new Error(`${name}: a probability must be from 0 to 1, got ${showAny(p)}`);
  const chance = asTensor(name, p);
  const full = newShape(name, shape ?? chance.shape);
  return draw(name, key, full).less(new Tensor(g.broadcastTo(chance.node, full, name)));
}

/**
 * For a number x, returns a tensor [x] of the integers 0, …, x − 1 in random order. For a tensor x,
 * returns x with the slices of its first axis in random order. Throws unless x is a non-negative
 * integer or a tensor with an axis.
 */
export function permutation(key: Key, x: number | Tensor): Tensor {
  const name = 'random.permutation';
  if (typeof x === 'number') {
    if (!Number.isInteger(x) || x < 0)
      throw new Error(`${name}: the count must be a non-negative integer, got ${showAny(x)}`);
    checkIndices(name, x);
    // Elements are sorted by two words each. Among 60 000 single words some would be equal, and
    // their elements would stay in order.
    const [first, second] = draw(name, key, newShape(name, [2, x]));
    const order = sort(second!)[1];
    return take(order, sort(take(first!, order))[1]);
  }
  const t = asTensor(name, x);
  if (t.rank === 0) throw new Error(`${name}: a scalar has no axis to put in order`);
  return take(t, permutation(key, t.shape[0]!));
}
