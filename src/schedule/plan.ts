import { memo } from '../graph/memo.ts';
import { sizeOf, type Node } from '../graph/node.ts';
import { topological } from '../graph/walk.ts';
import { findCheap, findFree, hasLoop, isHost, workOf } from './cost.ts';
import { lower } from './lower.ts';
import { leastInputs } from './rewrites/splitConcat.ts';

/**
 * One step of a plan. A kernel step computes `root`, and within the same kernel the nodes in
 * `fused`, which have no buffers. A host step calls a function on the CPU.
 */
export interface Step {
  readonly root: Node;
  /** The nodes whose buffers are read: leaves and roots of earlier steps. */
  readonly inputs: readonly Node[];
  /** The operations that are computed within the kernel. */
  readonly fused: readonly Node[];
  /** The reason why the root has a buffer. */
  readonly reason: string;
}

export interface Plan {
  /** The steps, each after the steps that it reads from. */
  readonly steps: readonly Step[];
  /** The nodes that hold the outputs, in the order of the outputs. */
  readonly outputs: readonly Node[];
  /** Tells whether a node has a buffer. */
  readonly isBuffer: (node: Node) => boolean;
}

/** The maximum length of the path of a use; a node with a longer one is stored. */
const longestPath = 400;

/** One place where a kernel reads a node. */
interface Use {
  readonly kernel: Draft;
  /**
   * The operations between the kernel's root and this place that change coordinates. Uses with
   * equal paths read the same elements.
   */
  readonly path: string;
  /** The number of times that each element would be computed if the node were fused. */
  readonly times: number;
  /** True if a loop may be written at this place: it is not inside another loop or a branch. */
  readonly loop: boolean;
}

/** A kernel while nodes are still joining it. */
interface Draft {
  readonly root: Node;
  readonly reason: string;
  readonly fused: Node[];
  reads: ReadonlySet<Node>;
  work: number;
  loops: number;
}

/** Returns the use of a node's input i, given the use of the node. */
function below(node: Node, i: number, use: Use): Use {
  const input = node.inputs[i]!;
  const at = (step: string, times = use.times, loop = use.loop): Use => ({
    ...use,
    path: `${use.path}/${step}`,
    times,
    loop,
  });
  const spread = Math.max(1, sizeOf(node.shape) / sizeOf(input.shape));
  switch (node.op) {
    case 'elementwise':
    case 'barrier':
      return use;
    case 'expand':
      return at(`${node.id}`, use.times * spread);
    case 'window':
      return at(`${node.id}`, use.times * spread, false);
    case 'reduce':
      return at(`${node.id}`, use.times, false);
    case 'contract': {
      const { batch, rows, columns } = node.attrs;
      const others = node.inputs[1 - i]!.shape.slice(batch, batch + (i === 0 ? columns : rows));
      return at(`${node.id}.${i}`, use.times * sizeOf(others), false);
    }
    case 'signDrop': {
      const whole = i < 2 ? sizeOf(input.shape) / input.shape[0]! : sizeOf(input.shape);
      return at(`${node.id}.${i}`, use.times * Math.max(1, sizeOf(node.shape) / whole), false);
    }
    case 'concat':
    case 'pad':
      return at(`${node.id}.${i}`, use.times, false);
    case 'gather':
      return i === 1 ? use : at(`${node.id}.x`, use.times * spread, false);
    default:
      return at(`${node.id}`);
  }
}

/** Shaders compile slowly, so a kernel has no more operations than this, roughly. */
const leastWork = 120;

/** The properties in which devices differ. */
export interface Traits {
  /**
   * Tells whether the device has separate code for a node, such as a matrix product. That code
   * reads stored arrays, so nothing is fused into it.
   */
  readonly isOwn?: (node: Node) => boolean;
  /** True if the device computes four adjacent outputs at once. */
  readonly vec4?: boolean;
  /** True if the device has many threads, so that few long sums of products should be split. */
  readonly splitK?: boolean;
  /** The maximum number of arrays that a kernel reads; `leastInputs` if it is not given. */
  readonly mostInputs?: number;
  /** The maximum number of operations in a kernel, roughly; `leastWork` if it is not given. */
  readonly mostWork?: number;
  /**
   * True if a value is the same to the last bit in every kernel that computes it. It is not on
   * `cpu`, which rounds only stored values, nor on GPUs, where a compiler may fuse a product and a
   * sum in one kernel and not in another. The position of the maximum is found by comparing values,
   * so such devices must not compute a value in two kernels.
   */
  readonly sameInEach?: boolean;
}

/**
 * Decides which nodes share a kernel, and returns the plan that computes `targets`. The walk goes
 * from the outputs back to the inputs: a node joins a kernel if all its readers are in that kernel.
 * `data` are the nodes that have values; a node that has one but is not in `data` is computed.
 */
export function schedule(targets: readonly Node[], data: ReadonlySet<Node>, traits: Traits = {}): Plan {
  const { isOwn = () => false, mostInputs = leastInputs, mostWork = leastWork, sameInEach = false } = traits;
  const isData = (node: Node): boolean => data.has(node);
  const outputs = lower(targets, { ...traits, isData });
  const order = topological(outputs, isData);
  const free = findFree(order, isData);
  const cheap = findCheap(order, isData);
  // A host function reads whole buffers, so its inputs have buffers.
  const wanted = new Set([...outputs, ...order.filter((n) => isHost(n) && !isData(n)).flatMap((n) => n.inputs)]);
  const uses = new Map<Node, Map<string, Use>>();
  const drafts = new Map<Node, Draft>();

  /** Returns the nodes that `inputs` read once free nodes, such as views, are passed over. */
  const behind = (inputs: readonly Node[]): Set<Node> => {
    const found = new Set<Node>();
    const stack = [...inputs];
    while (stack.length > 0) {
      const node = stack.pop()!;
      if (!free.has(node) || wanted.has(node)) found.add(node);
      else stack.push(...node.inputs);
    }
    return found;
  };

  /** Records that a kernel reads a node. */
  const read = (node: Node, use: Use): void => {
    if (isData(node)) return;
    const key = `${use.kernel.root.id} ${use.loop} ${use.path}`;
    memo(uses, node, () => new Map<string, Use>()).set(key, use);
  };

  /** Begins a kernel, or a host step, that computes a node. */
  const open = (node: Node, reason: string): void => {
    const draft: Draft = {
      root: node,
      reason,
      fused: [],
      reads: behind(node.inputs),
      work: workOf(node),
      loops: hasLoop(node) ? 1 : 0,
    };
    drafts.set(node, draft);
    if (isHost(node)) return;
    const here: Use = { kernel: draft, path: '', times: 1, loop: !hasLoop(node) };
    node.inputs.forEach((input, i) => read(input, below(node, i, here)));
  };

  /** Returns the nodes that a kernel reads if it also computes `node`. */
  const readsWith = (node: Node, kernel: Draft): Set<Node> => {
    const reads = new Set(kernel.reads);
    reads.delete(node);
    for (const n of behind(node.inputs)) reads.add(n);
    return reads;
  };

  /**
   * Returns the reason why a kernel may not compute a node where it reads it, or undefined if it
   * may.
   */
  const refusalAt = (node: Node, { kernel, path, times, loop }: Use): string | undefined => {
    if (isOwn(kernel.root)) return 'the device reads stored arrays for what uses it';
    if (path.length > longestPath) return 'too many views lie between it and its kernel';
    if (times > 1) return `each element would be computed ${Math.round(times)} times`;
    if (hasLoop(node) && (!loop || kernel.loops > 0)) return 'its loop would stand inside another loop or a branch';
    if (kernel.work + workOf(node) > mostWork) return 'its kernel would be too long to compile quickly';
    if (readsWith(node, kernel).size > mostInputs) return `its kernel would read more than ${mostInputs} arrays`;
    return undefined;
  };

  /**
   * Returns the reason why a node may not join the kernels that read it, or undefined if it may.
   * Only a cheap node may be computed at several places.
   */
  const refusal = (node: Node, list: readonly Use[]): string | undefined => {
    if (wanted.has(node)) return 'it is an output';
    if (isOwn(node)) return 'the device has code of its own for it';
    if (isHost(node)) return 'it runs on the host';
    const mayRepeat = sameInEach && cheap.has(node);
    if (!mayRepeat && list.some(({ kernel }) => kernel !== list[0]!.kernel)) return 'several kernels read it';
    if (!mayRepeat && list.length > 1) return 'its kernel would compute it at several places';
    return list.map((use) => refusalAt(node, use)).find((reason) => reason !== undefined);
  };

  /**
   * Records that the readers of a node read its inputs, because the node is computed where it is
   * used.
   */
  const pass = (node: Node, list: readonly Use[]): void => {
    for (const use of list) node.inputs.forEach((input, i) => read(input, below(node, i, use)));
  };

  /** Fuses a node into a kernel, at every place where the kernel reads it. */
  const join = (node: Node, kernel: Draft, all: readonly Use[]): void => {
    const list = all.filter((use) => use.kernel === kernel);
    kernel.reads = readsWith(node, kernel);
    kernel.fused.push(node);
    kernel.work += workOf(node);
    if (hasLoop(node)) kernel.loops++;
    pass(node, list);
  };

  for (let at = order.length - 1; at >= 0; at--) {
    const node = order[at]!;
    if (isData(node)) continue;
    const list = [...(uses.get(node)?.values() ?? [])];
    uses.delete(node);
    if (free.has(node) && !wanted.has(node) && list.every((u) => u.path.length <= longestPath)) {
      pass(node, list);
      continue;
    }
    const reason = refusal(node, list);
    if (reason !== undefined) open(node, reason);
    else new Set(list.map((use) => use.kernel)).forEach((kernel) => join(node, kernel, list));
  }

  const steps = [...drafts.values()]
    .sort((a, b) => a.root.id - b.root.id)
    .map(({ root, fused, reason, reads }): Step => ({ root, inputs: [...reads], fused, reason }));
  return { steps, outputs, isBuffer: (n) => isData(n) || drafts.has(n) };
}
