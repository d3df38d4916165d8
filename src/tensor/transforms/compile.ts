import { graphFunction, type GraphFunction } from '../../device/run.ts';
import { leaf } from '../../graph/build.ts';
import { checkFunction } from '../../graph/checks.ts';
import type { Node, Value } from '../../graph/node.ts';
import { nodeOf, Tensor } from '../tensor.ts';
import { Key } from '../key.ts';
import { flatten, isTraced, type Tree } from '../tree.ts';
import { isTracing, returned, trace } from './trace.ts';

/** A function made by `compile`, with its traces and plans so far. */
export interface Compiled<F extends (...args: Tree[]) => Tree> {
  (...args: Parameters<F>): ReturnType<F>;
  /**
   * The number of traces so far: one for each structure, static values and shapes of the arguments.
   */
  readonly traces: number;
  /** The plans so far, the newest last. */
  readonly plans: readonly GraphFunction[];
}

/** The result of one trace: its plan, and the nodes of the tensors and keys in f's result. */
interface Traced {
  readonly plan: GraphFunction;
  readonly outputs: readonly Node[];
  /**
   * Returns f's result with these values in its tensors and keys. `ancestors` are the ids of the
   * nodes that the values depend on.
   */
  build(values: readonly Value[], ancestors: ReadonlySet<number>): Tree;
}

/** True for a tensor or a key: the parts of a result that hold a node. */
const isHandle = (x: unknown): x is Tensor | Key => x instanceof Tensor || x instanceof Key;

/** Returns the node of a leaf of the arguments or of the result. */
const nodeOfTraced = (x: Tensor | number | Key): Node => (x instanceof Key ? x.node : nodeOf('compile', x));

/**
 * Calls f on placeholders and makes a plan for its result. Throws if f returns nothing or a
 * Promise.
 */
function traceOn(f: (...args: Tree[]) => Tree, args: readonly Tree[]): Traced {
  const flat = flatten(args, isTraced, 'compile');
  const leaves: Node[] = flat.leaves.map((x) => leaf(nodeOfTraced(x).shape, x instanceof Key ? 'key' : 'argument'));
  const wrapped = flat.leaves.map((x, i) => (x instanceof Key ? new Key(leaves[i]!) : new Tensor(leaves[i]!)));
  const y = returned(
    'compile: the function must return tensors at once',
    trace(() => f(...(flat.rebuild(wrapped) as Tree[]))),
  );
  const results = flatten(y, isHandle, 'compile');
  const outputs = results.leaves.map(nodeOfTraced);
  const build = (values: readonly Value[], ancestors: ReadonlySet<number>): Tree =>
    results.rebuild(
      outputs.map((n, i) => {
        const result: Node = leaf(n.shape);
        result.value = values[i]!;
        result.ancestors = ancestors;
        return results.leaves[i] instanceof Key ? new Key(result) : new Tensor(result);
      }),
    );
  return { plan: graphFunction(outputs, leaves), outputs, build };
}

/**
 * Returns the ids of all nodes that the inputs are computed from. A derivative with respect to one
 * of them cannot pass through a compiled result.
 */
function ancestorsOf(inputs: readonly Node[]): Set<number> {
  const ids = new Set<number>();
  const stack = [...inputs];
  while (stack.length > 0) {
    const n = stack.pop()!;
    if (ids.has(n.id) || n.op === 'constant' || n.op === 'iota') continue;
    ids.add(n.id);
    stack.push(...n.inputs);
  }
  return ids;
}

/**
 * Returns f as a compiled function. Its first call traces f, which must be pure, and makes a plan;
 * further calls run this plan. It traces again only for arguments of another structure, other
 * shapes or other static values. Tensors, numbers and keys in the arguments are inputs of the plan,
 * so a changing learning rate compiles nothing again. Everything else, and whatever f closes over,
 * is fixed when f is traced. A call returns its tensors at once; their elements arrive later.
 * Inside of another transformation the compiled function is f itself; from outside, a derivative
 * through its results throws. Throws if f returns nothing or a Promise.
 */
export function compile<F extends (...args: Tree[]) => Tree>(f: F): Compiled<F> {
  checkFunction('compile', f);
  const known = new Map<string, Traced>();
  const plans: GraphFunction[] = [];
  const compiled = (...args: Tree[]): Tree => {
    if (isTracing()) return f(...args);
    const flat = flatten(args, isTraced, 'compile');
    const inputs = flat.leaves.map(nodeOfTraced);
    const key = `${flat.structure}|${inputs.map((n) => n.shape.join()).join('|')}`;
    let traced = known.get(key);
    if (!traced) {
      known.set(key, (traced = traceOn(f, args)));
      plans.push(traced.plan);
    }
    return traced.build(traced.plan.call(inputs), ancestorsOf(inputs));
  };
  return Object.defineProperties(compiled, {
    traces: { get: () => known.size },
    plans: { value: plans },
  }) as Compiled<F>;
}
