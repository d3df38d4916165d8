import type { HostArray, Node, Shape } from '../../graph/node.ts';
import { show } from '../../graph/shape.ts';
import { topological } from '../../graph/walk.ts';
import { nodeOf, readNodes, type Tensor } from '../tensor.ts';

/** The origin of a NaN. */
export interface NaNOrigin {
  /** The operation that produced it, or 'data' if it was an input. */
  readonly op: string;
  /** Its index in the result of that operation. */
  readonly index: readonly number[];
  readonly shape: Shape;
  /** The operands of an elementwise operation at that index; empty for other operations. */
  readonly inputs: readonly number[];
  toString(): string;
}

function indexOf(at: number, shape: Shape): number[] {
  const index: number[] = [];
  for (let d = shape.length - 1; d >= 0; d--) {
    index.unshift(at % shape[d]!);
    at = Math.floor(at / shape[d]!);
  }
  return index;
}

const nameOf = (n: Node): string =>
  n.inputs.length === 0 ? 'data' : n.op === 'elementwise' ? n.attrs.name : n.op === 'reduce' ? n.attrs.kind : n.op;

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
 * Finds the operation and the index where the first NaN arose on the way to t, or null if there is
 * none. It computes every step on the current device and keeps all results until it ends, so it
 * serves to find a fault, not to train.
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
