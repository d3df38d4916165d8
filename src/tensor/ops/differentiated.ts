import { stopGradient } from '../../graph/build.ts';
import type { Node } from '../../graph/node.ts';
import { make } from '../../graph/simplify.ts';
import { Tensor } from '../tensor.ts';

/** The derivative of a function y = f(xs), as two rules. */
export interface Derivative {
  /** Returns the cotangents of xs, given that of y. */
  readonly vjp: (cotangent: Tensor, y: Tensor, ...xs: Tensor[]) => readonly Tensor[];
  /**
   * Returns the tangent of y, given those of xs. null stands for zero; at least one is not null.
   */
  readonly jvp: (tangents: readonly (Tensor | null)[], y: Tensor, ...xs: Tensor[]) => Tensor;
}

const tensors = (nodes: readonly Node[]): Tensor[] => nodes.map((n) => new Tensor(n));

/**
 * Returns f(xs) with the derivative that the rules `vjp` and `jvp` define; the operations of f are
 * not differentiated. Both rules must be linear in their first argument and made of differentiable
 * operations, so that higher derivatives exist. `name` names the node in printed graphs.
 */
export function differentiated(
  name: string,
  xs: readonly Tensor[],
  f: (...xs: Tensor[]) => Tensor,
  { vjp, jvp }: Derivative,
): Tensor {
  const { node } = f(...tensors(xs.map((x) => stopGradient(x.node))));
  return new Tensor(
    make('custom', [node, ...xs.map((x) => x.node)], node.shape, {
      name,
      vjp: (g, y, at) => vjp(new Tensor(g), new Tensor(y), ...tensors(at)).map((c) => c.node),
      jvp: ([, ...t], y, at) =>
        jvp(
          t.map((ti) => ti && new Tensor(ti)),
          new Tensor(y),
          ...tensors(at),
        ).node,
    }),
  );
}
