import { sameShape, show, showAny } from '../graph/shape.ts';
import { checkOptions } from '../graph/options.ts';
import { scalar, zerosLike } from '../tensor/create.ts';
import { asTensor, type Tensor, type TensorLike } from '../tensor/tensor.ts';
import { flatten, isDifferentiable, mapTree, type Tree } from '../tensor/tree.ts';
import { checkRate, type Schedule } from './schedules/schedule.ts';

/** What an optimiser remembers: the number of updates made, and trees like the parameters. A tree of tensors, to be saved with them. */
export type OptimiserState<Slot extends string = string, P = Tree> = { readonly step: Tensor } & {
  readonly [S in Slot]: P;
};

export interface UpdateOptions {
  /** The learning rate of this update in place of the optimiser's own: a number, or a traced tensor. */
  readonly learningRate?: TensorLike;
}

/** A rule of descent. Pure functions: parameters and state go in and come out. */
export interface Optimiser<Slot extends string = string> {
  init<P extends Tree>(params: P): OptimiserState<Slot, P>;
  update<P extends Tree, S extends OptimiserState<Slot, P>>(
    params: P,
    grads: P,
    state: S,
    options?: UpdateOptions,
  ): [P, S];
}

/** What a rule knows of one tensor of parameters. */
export interface Leaf<Slot extends string> {
  readonly p: Tensor;
  readonly g: Tensor;
  /** What the last update left, zeros before the first. */
  readonly slots: { readonly [S in Slot]: Tensor };
}

/** What is the same for all tensors in an update: the learning rate, and how many updates there were before. */
export interface Moment {
  readonly rate: Tensor;
  readonly step: Tensor;
}

/** The next parameters and the next slots of one tensor. */
type Rule<Slot extends string> = (leaf: Leaf<Slot>, moment: Moment) => { p: Tensor } & { [S in Slot]: Tensor };

/** The tensors of a tree; numbers are no parameters, because an update could not change them in place. */
function tensorsOf(
  name: string,
  what: string,
  tree: Tree,
): { leaves: Tensor[]; structure: string; rebuild: (leaves: readonly unknown[]) => Tree } {
  const flat = flatten(tree, isDifferentiable);
  const leaves = flat.leaves.map((x) => {
    if (typeof x === 'number')
      throw new Error(`${name}: ${what} must be tensors, got ${showAny(x)}; scalar(${x}) is one`);
    return asTensor(name, x);
  });
  return { ...flat, leaves };
}

/** The leaves of a tree that must be like that of the parameters. */
function leavesLike(name: string, what: string, tree: Tree, params: ReturnType<typeof tensorsOf>): Tensor[] {
  const { leaves, structure } = tensorsOf(name, what, tree);
  if (structure !== params.structure)
    throw new Error(`${name}: ${what} must have the structure of the parameters ${params.structure}, got ${structure}`);
  leaves.forEach(({ shape }, i) => {
    const own = params.leaves[i]!.shape;
    if (!sameShape(shape, own))
      throw new Error(`${name}: ${what} must have the parameters' shapes, got ${show(shape)} for ${show(own)}`);
  });
  return leaves;
}

/** An optimiser from its rule for one tensor, which remembers as many tensors of the same shape as `slots` names. */
export function optimiser<Slot extends string>(
  name: string,
  learningRate: number | Schedule,
  slots: readonly Slot[],
  rule: Rule<Slot>,
): Optimiser<Slot> {
  if (typeof learningRate !== 'function') checkRate(name, 'learningRate', learningRate);
  const rateAt = (step: Tensor, given: TensorLike | undefined): Tensor => {
    if (given === undefined)
      return typeof learningRate === 'function' ? learningRate(step) : asTensor(name, learningRate);
    if (typeof given === 'number') checkRate(name, 'learningRate', given, 'not negative');
    const rate = asTensor(name, given);
    if (rate.rank > 0) throw new Error(`${name}: learningRate must be a scalar, got shape ${show(rate.shape)}`);
    return rate;
  };
  return {
    init(params) {
      tensorsOf(name, 'parameters', params);
      const empty = slots.map((slot) => [slot, mapTree(params, zerosLike)]);
      return { step: scalar(0), ...Object.fromEntries(empty) };
    },
    update(params, grads, state, options = {}) {
      const { learningRate: given } = checkOptions(name, options, ['learningRate']);
      const flat = tensorsOf(name, 'parameters', params);
      const g = leavesLike(name, 'gradients', grads, flat);
      const old = slots.map((slot) => leavesLike(name, `the state's ${slot}`, state[slot], flat));
      const moment = { rate: rateAt(state.step, given), step: state.step };
      const next = flat.leaves.map((p, i) => {
        const own = Object.fromEntries(slots.map((slot, s) => [slot, old[s]![i]!])) as { [S in Slot]: Tensor };
        return rule({ p, g: g[i]!, slots: own }, moment);
      });
      const kept = slots.map((slot) => [slot, flat.rebuild(next.map((leaf) => leaf[slot]))]);
      return [
        flat.rebuild(next.map((leaf) => leaf.p)),
        { ...state, step: state.step.add(1), ...Object.fromEntries(kept) },
      ];
    },
  };
}

/** Throws unless the share is from 0 up to, but not including, 1. */
export function checkShare(name: string, what: string, x: unknown): void {
  if (typeof x !== 'number' || !(x >= 0 && x < 1))
    throw new Error(`${name}: ${what} must be from 0 to below 1, got ${showAny(x)}`);
}
