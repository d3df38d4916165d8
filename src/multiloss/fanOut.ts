import { fanOut as build } from '../graph/build.ts';
import type { Node } from '../graph/node.ts';
import { maxRank, sameShape, show, showAny } from '../graph/shape.ts';
import { nodeOf, Tensor, type TensorLike } from '../tensor/tensor.ts';
import { returned, trace } from '../tensor/transforms/trace.ts';
import type { Rule } from './rule.ts';

/**
 * Gives each of several losses its own copy of h, a lane: the result has shape [lanes, ...h.shape],
 * and loss i reads the slice i, as in `const [a, b] = fanOut(h, 2, rule)`. In the backward pass,
 * `rule(g, h)` merges the lanes' gradients g, in the shape of the result, into the gradient of h.
 * The transpose of a broadcast would sum them; for any rule but the sum, the merged gradient is not
 * the derivative of the forward computation. Throws if `lanes` is no positive integer, if h has
 * more than 7 axes, or if the rule cannot merge so many lanes; a derivative throws if the rule
 * returns another shape than h's.
 */
export function fanOut(h: TensorLike, lanes: number, rule: Rule): Tensor {
  return fanOutAs('fanOut', h, lanes, rule);
}

/** Does the work of `fanOut`; `name` is the function that errors name. */
export function fanOutAs(name: string, h: TensorLike, lanes: number, rule: Rule): Tensor {
  const node = nodeOf(name, h);
  if (!Number.isInteger(lanes) || lanes < 1)
    throw new Error(`${name}: lanes must be a positive integer, got ${showAny(lanes)}`);
  if (typeof rule !== 'function') throw new Error(`${name}: the rule must be a function, got ${showAny(rule)}`);
  if (node.shape.length >= maxRank)
    throw new Error(`${name}: lanes add an axis, so rank must be at most ${maxRank - 1}, got ${show(node.shape)}`);
  rule.check?.(lanes, node.shape);
  const merge = (g: Node, at: Node): Node => {
    const merged = nodeOf(
      name,
      returned(
        `${name}: the rule must return a tensor`,
        trace(() => rule(new Tensor(g), new Tensor(at))),
      ),
    );
    if (!sameShape(merged.shape, at.shape))
      throw new Error(`${name}: the rule must return shape ${show(at.shape)}, got ${show(merged.shape)}`);
    return merged;
  };
  return new Tensor(build(node, lanes, merge));
}
