import { exampleWords, limbsOf, wordsOf } from '../../kernels/random.ts';
import * as build from '../graph/build.ts';
import { memo } from '../graph/memo.ts';
import { observer } from '../graph/observe.ts';
import { remember } from '../graph/remember.ts';
import {
  sizeOf,
  type HostArray,
  type HostFunction,
  type Node,
  type Op,
  type OpAttrs,
  type Shape,
} from '../graph/node.ts';
import { range } from '../graph/shape.ts';
import { make } from '../graph/simplify.ts';
import { topological } from '../graph/walk.ts';
import type { Tangent } from './rules.ts';

/**
 * Given an operation y on one example, makes the same operation on `n` examples along a new first
 * axis. `inputs` are the batched inputs; `mapped[i]` tells whether inputs[i] has the new axis.
 */
type BatchRule<O extends Op> = (y: Node<O>, inputs: readonly Node[], mapped: readonly boolean[], n: number) => Node;

const first = (n: number, shape: Shape): number[] => [n, ...shape];
const later = (axes: Shape): number[] => axes.map((a) => a + 1);

/** Returns x with the batch axis, repeated along it if x did not have it. */
const lift = (x: Node, mapped: boolean, n: number): Node =>
  mapped ? x : build.broadcastTo(build.unsqueeze(x, [0]), first(n, x.shape));

const liftAll = (inputs: readonly Node[], mapped: readonly boolean[], n: number): Node[] =>
  inputs.map((x, i) => lift(x, mapped[i]!, n));

/** Returns the rule that makes the same operation with every axis one place later. */
const shifted =
  <O extends Op>(attrs: (y: Node<O>) => OpAttrs[O] = (y) => y.attrs): BatchRule<O> =>
  (y, inputs, mapped, n) =>
    make(y.op, liftAll(inputs, mapped, n), first(n, y.shape), attrs(y));

/**
 * For each host function, the functions that call it for each example. There is one for each set of
 * sizes, so that a graph that is built again has an equal plan key.
 */
const eachOf = new WeakMap<HostFunction, Map<string, HostFunction>>();

/** Returns a function that calls a host function for each example and concatenates the results. */
function callEach(call: HostFunction, y: Node, mapped: readonly boolean[], n: number): HostFunction {
  const known = memo(eachOf, call, () => new Map<string, HostFunction>());
  const key = [n, mapped.join(), ...y.inputs.map((x) => x.shape.join()), y.shape.join()].join('|');
  const shapes = y.inputs.map((x) => x.shape);
  const [sizes, size] = [shapes.map(sizeOf), sizeOf(y.shape)];
  const join = (all: readonly ArrayLike<number>[]): Float64Array => {
    const out = new Float64Array(n * size);
    all.forEach((r, i) => out.set(r, i * size));
    return out;
  };
  const each = (arrays: readonly HostArray[]): ReturnType<HostFunction> => {
    const part = (a: HostArray, at: number, i: number): HostArray =>
      mapped[at] ? a.subarray(i * sizes[at]!, (i + 1) * sizes[at]!) : a;
    const results = range(n).map((i) =>
      call(
        arrays.map((a, at) => part(a, at, i)),
        shapes,
      ),
    );
    const late = results.some((r) => r instanceof Promise);
    return late ? Promise.all(results).then(join) : join(results as ArrayLike<number>[]);
  };
  return known.get(key) ?? remember(known, key, each);
}

const exampleCalls = new Map<number, HostFunction>();

/**
 * Returns the keys of n examples, [n, …]. Each is made from the shared key (or keys) and the
 * example's index.
 */
function exampleKeys(key: Node, n: number): Node {
  const keyOf = (limbs: HostArray, at: number, i: number): readonly number[] =>
    limbsOf(...exampleWords(...wordsOf(limbs, 4 * at), i));
  const each: HostFunction = ([limbs]) =>
    range(n).flatMap((i) => range(limbs!.length / 4).flatMap((at) => keyOf(limbs!, at, i)));
  const call = exampleCalls.get(n) ?? remember(exampleCalls, n, each);
  return build.hostCall('exampleKeys', [key], first(n, key.shape), call);
}

const unmapped = (y: Node): never => {
  throw new Error(`internal: cannot map ${y.op}`);
};

/** Applies a rule for one example to n examples. What is null stays null. */
function mapRule(
  rule: (args: readonly Tangent[]) => readonly Tangent[],
  args: readonly Tangent[],
  n: number,
): Tangent[] {
  let results: readonly Tangent[] = [];
  const given = args.filter((x) => x !== null);
  const all = vmapNodes(
    (examples) => {
      const left = [...examples];
      results = rule(args.map((x) => x && left.shift()!));
      return results.filter((x) => x !== null);
    },
    given,
    given.map(() => true),
    n,
  );
  return results.map((x) => x && all.shift()!);
}

/** The batch rules of all operations. */
const rules: { readonly [O in Op]: BatchRule<O> } = {
  leaf: unmapped,
  constant: unmapped,
  iota: unmapped,
  elementwise: (y, inputs, mapped, n) =>
    build.broadcastTo(
      // All inputs have the rank of an example, but for the batch axis. An input without that axis
      // gets size 1 there, and broadcasting repeats it.
      build.elementwise(y.attrs.name, ...inputs.map((x, i) => (mapped[i] ? x : build.unsqueeze(x, [0])))),
      first(n, y.shape),
    ),
  reshape: (y, [x], _, n) => build.reshape(x!, first(n, y.shape)),
  permute: shifted((y) => ({ order: [0, ...later(y.attrs.order)] })),
  expand: shifted(),
  pad: shifted((y) => ({ before: [0, ...y.attrs.before] })),
  shrink: shifted((y) => ({ start: [0, ...y.attrs.start] })),
  flip: shifted((y) => ({ axes: later(y.attrs.axes) })),
  window: shifted((y) => ({ ...y.attrs, axis: y.attrs.axis + 1 })),
  concat: shifted((y) => ({ axis: y.attrs.axis + 1 })),
  reduce: shifted((y) => ({ ...y.attrs, axes: later(y.attrs.axes) })),
  // If only one operand is mapped, its examples become additional rows (or columns) of one
  // contraction, and the other operand is used as it is.
  contract: (y, [a, b], [am, bm], n) => {
    const { batch, rows, inner } = y.attrs;
    if (am && bm) return build.contract(a!, b!, batch + 1, inner);
    const out = build.contract(
      am ? build.moveAxis(a!, 0, batch) : a!,
      bm ? build.moveAxis(b!, 0, batch) : b!,
      batch,
      inner,
    );
    return am || bm ? build.moveAxis(out, am ? batch : batch + rows, 0) : lift(out, false, n);
  },
  gather: shifted((y) => ({ axis: y.attrs.axis + 1 })),
  random: (y, [key], [mapped], n) => build.random(mapped ? key! : exampleKeys(key!, n), y.shape.slice(y.attrs.batch)),
  signDrop: (y, inputs, mapped, n) => {
    if (mapped.some((m, i) => m && i === 3 && y.attrs.leak))
      throw new Error('vmap: the leak of gradDrop must not depend on the mapped argument');
    const lanes = (i: number): Node => build.swapAxes(lift(inputs[i]!, mapped[i]!, n), 0, 1);
    const rest = inputs.slice(2).map((x, i) => (i === 1 && y.attrs.leak ? x : lift(x, mapped[i + 2]!, n)));
    return build.signDrop([lanes(0), lanes(1), ...rest], y.attrs);
  },
  fanOut: (y, [h], _, n) => {
    // Each example merges its own lanes, so the rule is mapped as well.
    const rule = (g: Node, hs: Node): Node =>
      vmapNodes((args) => [y.attrs.rule(args[0]!, args[1]!)], [build.swapAxes(g, 0, 1), hs], [true, true], n)[0]!;
    return build.swapAxes(build.fanOut(h!, y.shape[0]!, rule), 0, 1);
  },
  argument: (_, [x]) => x!,
  stopGradient: shifted(),
  barrier: shifted(),
  custom: (y, inputs, mapped, n) => {
    const { vjp, jvp, name } = y.attrs;
    return make('custom', liftAll(inputs, mapped, n), first(n, y.shape), {
      vjp: (g, out, rest) => mapRule(([gi, yi, ...xs]) => vjp(gi!, yi!, xs as Node[]), [g, out, ...rest], n),
      ...(jvp && {
        jvp: (t, out, rest) => {
          const rule = ([yi, ...all]: readonly Tangent[]): Tangent[] => [
            jvp(all.slice(rest.length), yi!, all.slice(0, rest.length) as Node[]),
          ];
          return mapRule(rule, [out, ...rest, ...t], n)[0]!;
        },
      }),
      name,
    });
  },
  hostCall: (y, inputs, mapped, n) =>
    build.hostCall(y.attrs.name, inputs, first(n, y.shape), callEach(y.attrs.call, y, mapped, n)),
};

/**
 * Applies f, written for one example, to n examples at once. If `mapped[i]`, args[i] holds the
 * examples along its first axis. f is called once, on placeholders. Every result has the examples
 * along its first axis. With `own draws` each example draws different random numbers; with `shared
 * draws`, for the rows of one derivative, all draw the same.
 */
export function vmapNodes(
  f: (args: readonly Node[]) => readonly Node[],
  args: readonly Node[],
  mapped: readonly boolean[],
  n: number,
  draws: 'own draws' | 'shared draws' = 'own draws',
): Node[] {
  const examples = args.map((x, i) => (mapped[i] ? build.leaf(x.shape.slice(1), 'example') : x));
  const start = examples.find((_, i) => mapped[i])?.id ?? 0;
  const outputs = f(examples);
  const batched = new Map<Node, Node>();
  examples.forEach((e, i) => mapped[i] && batched.set(e, args[i]!));
  observer?.began?.(batched, 'vmap', outputs, examples);
  for (const y of topological(outputs, (node) => node.id < start || batched.has(node))) {
    if (batched.has(y) || y.id < start) continue;
    const inputs = y.inputs.map((x) => batched.get(x) ?? x);
    const on = y.inputs.map((x) => batched.has(x));
    if (!on.includes(true) && (y.op !== 'random' || draws === 'shared draws')) continue;
    observer?.enter?.(batched, y, []);
    batched.set(y, (rules[y.op] as BatchRule<Op>)(y, inputs, on, n));
    observer?.leave?.(batched.get(y)!, []);
  }
  return outputs.map((y) => lift(batched.get(y) ?? y, batched.has(y), n));
}
