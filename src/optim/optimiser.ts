import { checkOptions } from '../graph/options.ts';
import { sameShape, show } from '../graph/shape.ts';
import { scalar, zerosLike } from '../tensor/create.ts';
import { noState } from '../tensor/noState.ts';
import { asTensor, type Tensor, type TensorLike } from '../tensor/tensor.ts';
import { flatten, isDifferentiable, mapTree, type Flat, type Tree } from '../tensor/tree.ts';
import { checkRate } from './checks.ts';
import type { Schedule } from './schedules/schedule.ts';

/**
 * The state of an optimiser: the number of updates so far, which float32 counts exactly up to 2²⁴,
 * and slots, which are trees like that of the parameters. It is a tree of tensors, so it can be an
 * argument of a compiled function and be saved with the parameters.
 */
export interface OptimiserState {
  readonly step: Tensor;
  readonly [slot: string]: Tree;
}

/** The options of one update. */
export interface UpdateOptions {
  /**
   * The rate of this update, in place of the optimiser's own: a number, at least 0, or a scalar
   * tensor.
   */
  readonly learningRate?: TensorLike;
}

/** An optimiser: two pure functions, which take parameters and a state and return new ones. */
export interface Optimiser {
  /** Returns the state before the first update. Throws if a parameter is a number, not a tensor. */
  readonly init: (params: Tree) => OptimiserState;
  /**
   * Returns `[params, state]` after one update. Throws if gradients or state do not have the
   * parameters' structure and shapes, or if the rate is not valid.
   */
  readonly update: <P extends Tree>(
    params: P,
    grads: Tree,
    state: OptimiserState,
    options?: UpdateOptions,
  ) => [params: P, state: OptimiserState];
}

/** The tensors that a method remembers for one parameter, by name. */
type Slots = Readonly<Record<string, Tensor>>;

/**
 * What a method's rule for one parameter p receives: p, its gradient g, its slots (0 before the
 * first update), the rate, and the number of updates so far.
 */
export interface Moment {
  readonly p: Tensor;
  readonly g: Tensor;
  readonly slots: Slots;
  readonly rate: Tensor;
  readonly step: Tensor;
}

/**
 * Returns an optimiser from its rule for one parameter, which returns the new parameter and slots.
 * For each name in `slots` the state holds a tensor of the parameter's shape. Errors name the
 * optimiser `name`. Throws unless `learningRate` is a schedule or a finite number above 0.
 */
export function optimiser(
  name: string,
  learningRate: number | Schedule,
  slots: readonly string[],
  rule: (moment: Moment) => [p: Tensor, slots: Slots],
): Optimiser {
  if (typeof learningRate !== 'function') checkRate(name, 'learningRate', learningRate);
  const own = (step: Tensor): TensorLike => (typeof learningRate === 'function' ? learningRate(step) : learningRate);
  return {
    init(params) {
      tensorsOf(name, 'parameters', params);
      return { step: scalar(0), ...Object.fromEntries(slots.map((slot) => [slot, mapTree(params, zerosLike)])) };
    },
    update(params, grads, state = noState(name), options = {}) {
      const { learningRate: given } = checkOptions(name, options, ['learningRate']);
      if (typeof given === 'number') checkRate(name, 'learningRate', given, 'at least 0');
      const step = asTensor(name, state.step);
      const rate = asTensor(name, given ?? own(step));
      if (rate.rank > 0) throw new Error(`${name}: learningRate must be a scalar, got shape ${show(rate.shape)}`);
      const flat = tensorsOf(name, 'parameters', params);
      const slopes = leavesLike(name, 'gradients', grads, flat);
      const old = slots.map((slot) => [slot, leavesLike(name, `the state's ${slot}`, state[slot], flat)] as const);
      const next = flat.leaves.map((p, i) => {
        const slots = Object.fromEntries(old.map(([slot, leaves]) => [slot, leaves[i]!]));
        return rule({ p, g: slopes[i]!, slots, rate, step });
      });
      const kept = slots.map((slot) => [slot, flat.rebuild(next.map(([, slots]) => slots[slot]))]);
      return [flat.rebuild(next.map(([p]) => p)), { step: step.add(1), ...Object.fromEntries(kept) }];
    },
  };
}

/**
 * Returns the tensors of a tree. Throws, with `name` and `what`, if it holds a number: a compiled
 * update would return that as a tensor.
 */
function tensorsOf(name: string, what: string, tree: Tree): Flat<Tensor> {
  const flat = flatten<TensorLike>(tree, isDifferentiable);
  for (const x of flat.leaves)
    if (typeof x === 'number') throw new Error(`${name}: ${what} must be tensors, got ${x}; scalar(${x}) makes one`);
  return flat as Flat<Tensor>;
}

/**
 * Returns the tensors of a tree. Throws, with `name` and `what`, unless they match the parameters
 * in structure and shape.
 */
function leavesLike(name: string, what: string, tree: Tree, params: Flat<Tensor>): Tensor[] {
  const { leaves, structure } = tensorsOf(name, what, tree);
  if (structure !== params.structure)
    throw new Error(`${name}: ${what} must have the parameters' structure ${params.structure}, got ${structure}`);
  leaves.forEach(({ shape }, i) => {
    const own = params.leaves[i]!.shape;
    if (!sameShape(shape, own))
      throw new Error(`${name}: ${what} must have the parameters' shapes, got ${show(shape)} for ${show(own)}`);
  });
  return leaves;
}

/** Returns g + λ p, the gradient of loss + λ/2 ‖p‖². */
export const penalised = ({ p, g }: Moment, weightDecay: number): Tensor =>
  weightDecay === 0 ? g : g.add(p.mul(weightDecay));
