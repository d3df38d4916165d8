import type { HostArray, Node, Shape } from '../../graph/node.ts';
import { show } from '../../graph/shape.ts';
import { topological } from '../../graph/walk.ts';
import { nodeOf, readNodes, type Tensor } from '../tensor.ts';

/** The place where a NaN arose. */
export interface NaNOrigin {
  /** The operation that produced it, or 'data' if it was an input. */
  readonly op: string;
  /** Its index in the result of that operation. */
  readonly index: readonly number[];
  /** The shape of that result. */
  readonly shape: Shape;
  /** The operands of an elementwise operation at that index; empty for other operations. */
  readonly inputs: readonly number[];
  /** Returns the above as one line of text. */
  toString(): string;
}

/**
 * Returns the index, one number for each axis, of the element at position `at` in row-major order.
 */
function indexOf(at: number, shape: Shape): number[] {
  const index: number[] = [];
  for (let d = shape.length - 1; d >= 0; d--) {
    index.unshift(at % shape[d]!);
    at = Math.floor(at / shape[d]!);
  }
  return index;
}

/** Returns the name of an operation as users know it, or 'data' for a node without inputs. */
const nameOf = (n: Node): string =>
  n.inputs.length === 0 ? 'data' : n.op === 'elementwise' ? n.attrs.name : n.op === 'reduce' ? n.attrs.kind : n.op;

/**
 * Returns the first NaN in the elements `data` of a node, or null if there is none. `read` returns
 * the elements of an input.
 */
function describe(node: Node, data: HostArray, read: (n: Node) => HostArray): NaNOrigin | null {
  const at = data.findIndex(Number.isNaN);
  if (at < 0) return null;
  const origin = {
    op: nameOf(node),
    index: indexOf(at, node.shape),
    shape: node.shape,
    inputs: node.op === 'elementwise' ? node.inputs.map((x) => read(x)[at]!) : [],
  };
  const from = origin.inputs.length > 0 ? ` from ${origin.inputs.join(', ')}` : '';
  return {
    ...origin,
    toString: () => `${origin.op}: NaN at ${show(origin.index)} of ${show(origin.shape)}${from}`,
  };
}

/**
 * Returns the first of the operations that compute t whose result contains NaN, with the index of
 * its first NaN, or null if no result contains one. It computes every intermediate result on the
 * current device and keeps all of them until it ends, so it serves to find a fault, not to train.
 * It sees nothing behind tensors that have been realised.
 */
export async function firstNaN(t: Tensor): Promise<NaNOrigin | null> {
  const order = topological([nodeOf('firstNaN', t)], () => false);
  const fresh = order.filter((n) => n.value === undefined);
  try {
    const data = await readNodes(order);
    const values = new Map(order.map((n, i) => [n, data[i]!]));
    for (const n of order) {
      const origin = describe(n, values.get(n)!, (x) => values.get(x)!);
      if (origin) return origin;
    }
    return null;
  } finally {
    // Two nodes may share one storage, so nothing is disposed here. The garbage collector frees
    // what is no longer referenced.
    for (const n of fresh) n.value = undefined;
  }
}
