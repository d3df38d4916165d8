import { observer } from '../graph/observe.ts';
import { interned, type Node, type Op } from '../graph/node.ts';
import { make, simplify } from '../graph/simplify.ts';
import { rewrite, topological } from '../graph/walk.ts';
import { batchToRows } from './rewrites/batchToRows.ts';
import { contractToProduct } from './rewrites/contractToProduct.ts';
import { dropEmpty } from './rewrites/dropEmpty.ts';
import { foldConstants } from './rewrites/foldConstants.ts';
import { maskLanesByContract } from './rewrites/maskLanesByContract.ts';
import { readSignOnce } from './rewrites/readSignOnce.ts';
import type { Context, Rewrite } from './rewrites/rewrite.ts';
import { splitConcat } from './rewrites/splitConcat.ts';
import { splitFold } from './rewrites/splitFold.ts';
import { splitK } from './rewrites/splitK.ts';
import { sumOfProductsToContract } from './rewrites/sumOfProductsToContract.ts';
import { swapOperands } from './rewrites/swapOperands.ts';

/**
 * The rewrites that are tried on each node before a graph is planned, in this order. The first one
 * that applies is used.
 */
const rewrites: { readonly [O in Op]?: readonly Rewrite<O>[] } = {
  elementwise: [foldConstants],
  pad: [dropEmpty],
  concat: [splitConcat],
  permute: [swapOperands],
  reduce: [dropEmpty, sumOfProductsToContract, splitFold],
  contract: [dropEmpty, contractToProduct, batchToRows, splitK],
  signDrop: [maskLanesByContract, readSignOnce],
};

/** Counts the nodes that read each node. */
function readersOf(outputs: readonly Node[], isData: (node: Node) => boolean): Map<Node, number> {
  const count = new Map<Node, number>();
  for (const node of topological(outputs, isData))
    if (!isData(node)) for (const x of node.inputs) count.set(x, (count.get(x) ?? 0) + 1);
  return count;
}

/**
 * Returns a copy of a node. An output needs a copy if another output, or a node that has a value,
 * holds the same array.
 */
const copy = (node: Node): Node => make('barrier', [node, node], node.shape, {});

/**
 * Returns the graph that kernels are made of. It is simplified and rewritten, only outputs may be
 * empty, and every output is a different node without a value.
 */
export const lower = (outputs: readonly Node[], context: Omit<Context, 'readsAlone'>): Node[] =>
  interned(() => {
    const { isData } = context;
    const simple = simplify(outputs, isData);
    const readers = readersOf(simple, isData);
    const one = (node: Node, inputs: readonly Node[]): Node => {
      const same = inputs.every((x, i) => x === node.inputs[i]) ? node : make(node.op, inputs, node.shape, node.attrs);
      if (isData(same)) return same;
      const own = { ...context, readsAlone: readers.get(node.inputs[0]!) === 1 };
      for (const f of (rewrites[same.op] ?? []) as readonly Rewrite<Op>[]) {
        const y = f(same, own);
        observer?.rewrote(f, same, y);
        if (y) return y;
      }
      return same;
    };
    const done = rewrite(simple, one, isData);
    const taken = new Set<Node>();
    return simple.map((n) => {
      const node = done.get(n)!;
      const own = isData(node) || taken.has(node) ? copy(node) : node;
      taken.add(own);
      return own;
    });
  }, 'execution');
