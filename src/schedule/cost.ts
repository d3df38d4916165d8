import { sizeOf, type Node } from '../graph/node.ts';
import { kernelExpr, type Expr } from '../graph/scalar.ts';
import { views } from '../graph/simplify.ts';

export const hasLoop = (node: Node): boolean =>
  node.op === 'reduce' || node.op === 'contract' || node.op === 'signDrop';
export const isHost = (node: Node): node is Node<'hostCall' | 'random'> =>
  node.op === 'hostCall' || node.op === 'random';
const isView = (node: Node): boolean => views.has(node.op) || node.op === 'barrier';

const countCalls = (e: Expr, seen = new Set<Expr>()): number => {
  if (e.kind !== 'call' || seen.has(e)) return 0;
  seen.add(e);
  // Where exponents are no bits, p·2ⁿ is a product of many.
  return e.args.reduce((n, a) => n + countCalls(a, seen), e.name === 'timesTwoTo' ? 20 : 1);
};

/** Operations per element, roughly. */
export function workOf(node: Node): number {
  if (node.op === 'elementwise') return countCalls(kernelExpr(node.attrs.name));
  if (node.op === 'concat' || node.op === 'pad') return 2 * node.inputs.length;
  return node.op === 'signDrop' ? 20 : 2;
}

/**
 * Nodes that cost nothing wherever they are read: views, constants, counters, and a few operations
 * on these alone.
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

/**
 * The stored arrays that an operation is computed from, and the operations on the way.
 */
interface Cone {
  readonly work: number;
  readonly arrays: ReadonlySet<Node>;
}

/** Computing so little again takes no longer than reading it, and spares a kernel and a buffer. */
const mostCheapWork = 4;
const mostCheapArrays = 3;

/**
 * Operations that are cheaper computed again by each reader: a few of them, on hardly more numbers
 * than they give.
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
