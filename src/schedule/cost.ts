import { sizeOf, type Node } from '../graph/node.ts';
import { kernelExpr, type Expr } from '../graph/scalar.ts';
import { views } from '../graph/simplify.ts';

export const hasLoop = (node: Node): boolean =>
  node.op === 'reduce' || node.op === 'contract' || node.op === 'signDrop';
export const isHost = (node: Node): node is Node<'hostCall' | 'random'> =>
  node.op === 'hostCall' || node.op === 'random';
const isView = (node: Node): boolean => views.has(node.op) || node.op === 'barrier';

/** Returns the cost of the calls in an expression; a shared part counts once. */
const countCalls = (e: Expr, seen = new Set<Expr>()): number => {
  if (e.kind !== 'call' || seen.has(e)) return 0;
  seen.add(e);
  // Devices that cannot write exponents as bits compute p·2ⁿ as a long product.
  return e.args.reduce((n, a) => n + countCalls(a, seen), e.name === 'timesTwoTo' ? 20 : 1);
};

/** Returns the number of operations per element, roughly. */
export function workOf(node: Node): number {
  if (node.op === 'elementwise') return countCalls(kernelExpr(node.attrs.name));
  if (node.op === 'concat' || node.op === 'pad') return 2 * node.inputs.length;
  return node.op === 'signDrop' ? 20 : 2;
}

/**
 * Returns the nodes that cost almost nothing wherever they are read: views, constants, counters,
 * and short elementwise operations on constants and counters.
 */
export function findFree(order: readonly Node[], isData: (node: Node) => boolean): ReadonlySet<Node> {
  const closed = new Map<Node, number>();
  const free = new Set<Node>();
  for (const node of order) {
    if (isData(node)) continue;
    const below = node.inputs.map((x) => closed.get(x));
    const simple = isView(node) || node.op === 'constant' || node.op === 'iota';
    if ((simple || node.op === 'elementwise') && below.every((w) => w !== undefined)) {
      const work = below.reduce<number>((a, b) => a + b!, simple ? 0 : workOf(node));
      if (work <= 12) closed.set(node, work);
    }
    if (isView(node) || closed.has(node)) free.add(node);
  }
  return free;
}

/** How a node is computed from stored arrays: the number of operations, and the arrays. */
interface Cone {
  readonly work: number;
  readonly arrays: ReadonlySet<Node>;
}

/**
 * Operations up to these limits take no longer to compute again than their result takes to read,
 * and the result then needs neither a kernel nor a buffer.
 */
const mostCheapWork = 4;
const mostCheapArrays = 3;

/**
 * Returns the nodes that each reader may compute for itself, with their cones. They have few
 * operations, and the arrays they read are at most 1.5 times as large as the result.
 */
export function findCheap(order: readonly Node[], isData: (node: Node) => boolean): ReadonlyMap<Node, Cone> {
  const cones = new Map<Node, Cone>();
  const coneOf = (node: Node): Cone => {
    while (!isData(node) && isView(node)) node = node.inputs[0]!;
    if (node.op === 'constant' || node.op === 'iota') return { work: 0, arrays: new Set() };
    return cones.get(node) ?? { work: 0, arrays: new Set([node]) };
  };
  for (const node of order) {
    if (node.op !== 'elementwise' || isData(node)) continue;
    const below = node.inputs.map(coneOf);
    const work = below.reduce((n, c) => n + c.work, workOf(node));
    const arrays = new Set(below.flatMap((c) => [...c.arrays]));
    const read = [...arrays].reduce((n, x) => n + sizeOf(x.shape), 0);
    const isCheap = work <= mostCheapWork && arrays.size <= mostCheapArrays && read <= 1.5 * sizeOf(node.shape);
    if (isCheap) cones.set(node, { work, arrays });
  }
  return cones;
}
