import { stopGradient } from '../../graph/build.ts';
import type { Node } from '../../graph/node.ts';
import { make } from '../../graph/simplify.ts';
import { Tensor } from '../tensor.ts';

/** The derivative of y = f(xs). */
export interface Derivative {
  /** The cotangents of xs, given that of y. */
  readonly vjp: (cotangent: Tensor, y: Tensor, ...xs: Tensor[]) => readonly Tensor[];
  /** The tangent of y, given those of xs. null stands for zero; at least one is not null. */
  readonly jvp: (tangents: readonly (Tensor | null)[], y: Tensor, ...xs: Tensor[]) => Tensor;
}

const tensors = (nodes: readonly Node[]): Tensor[] => nodes.map((n) => new Tensor(n));

/**
 * Computes f(xs), with a derivative that is given, not found from the operations of f. Both rules
 * must be linear in the first argument and made of differentiable operations.
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
