import { checkOptions } from '../graph/options.ts';
import { sameShape, show } from '../graph/shape.ts';
import { scalar, zerosLike } from '../tensor/create.ts';
import { asTensor, type Tensor, type TensorLike } from '../tensor/tensor.ts';
import { flatten, isDifferentiable, mapTree, type Flat, type Tree } from '../tensor/tree.ts';
import { checkRate } from './checks.ts';
import type { Schedule } from './schedules/schedule.ts';

/**
 * The state of an optimiser: the number of updates, which float32 counts exactly up to 2²⁴, and
 * slots, which are trees like that of the parameters. It is a tree of tensors, to be compiled over
 * and saved with the parameters.
 */
export interface OptimiserState {
  readonly step: Tensor;
  readonly [slot: string]: Tree;
}

export interface UpdateOptions {
  /**
   * The learning rate of this update, a number or a traced scalar. It replaces the optimiser's own.
   */
  readonly learningRate?: TensorLike;
}

/** An optimiser is a pair of pure functions: parameters and state go in, new ones come out. */
export interface Optimiser {
  readonly init: (params: Tree) => OptimiserState;
  readonly update: <P extends Tree>(
    params: P,
    grads: Tree,
    state: OptimiserState,
    options?: UpdateOptions,
  ) => [params: P, state: OptimiserState];
}

type Slots = Readonly<Record<string, Tensor>>;

/**
 * The input of a method's rule for one tensor p: its gradient, its slots (0 before the first
 * update), the rate, and the number of updates so far.
 */
export interface Moment {
  readonly p: Tensor;
  readonly g: Tensor;
  readonly slots: Slots;
  readonly rate: Tensor;
  readonly step: Tensor;
}

/**
 * Makes an optimiser from its rule for one tensor. For each name in `slots` it remembers a tensor
 * of the parameter's shape.
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
    update(params, grads, state, options = {}) {
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
 * Returns the tensors of a tree. A number throws: it is no parameter, because a compiled update
 * would return it as a tensor.
 */
function tensorsOf(name: string, what: string, tree: Tree): Flat<Tensor> {
  const flat = flatten<TensorLike>(tree, isDifferentiable);
  for (const x of flat.leaves)
    if (typeof x === 'number') throw new Error(`${name}: ${what} must be tensors, got ${x}; scalar(${x}) makes one`);
  return flat as Flat<Tensor>;
}

/**
 * Returns the tensors of a tree. Throws unless they match the parameters in structure and shape.
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

/** The gradient of loss + λ/2 ‖p‖². */
export const penalised = ({ p, g }: Moment, weightDecay: number): Tensor =>
  weightDecay === 0 ? g : g.add(p.mul(weightDecay));
