import { hostCall as build } from '../../graph/build.ts';
import { checkFunction } from '../../graph/checks.ts';
import { remember } from '../../graph/remember.ts';
import { sizeOf, type HostArray, type HostFunction, type Shape } from '../../graph/node.ts';
import { show, showAny } from '../../graph/shape.ts';
import { newShape } from '../newShape.ts';
import { nodeOf, Tensor, type TensorLike } from '../tensor.ts';

/**
 * A function that computes on the host. It receives the elements of each input, row-major, in an
 * array of its own, and returns the elements of the result, row-major (for a scalar, a number), or
 * a promise of them.
 */
export type HostComputation = (...inputs: HostArray[]) => Numbers | Promise<Numbers>;
type Numbers = ArrayLike<number> | number;

/** True for a number, true or false. */
const isNumber = (x: unknown): boolean => typeof x === 'number' || typeof x === 'boolean';

/**
 * The function that graph nodes call, for each user's function and shape. A graph that is built
 * twice thus contains the same function, and its plan is found again.
 */
const known = new WeakMap<HostComputation, Map<string, HostFunction>>();

/**
 * Returns the function that graph nodes call for `fn`. It throws unless fn returns as many numbers
 * as `shape` has elements.
 */
function checked(fn: HostComputation, shape: Shape): HostFunction {
  const check = (result: unknown): ArrayLike<number> => {
    const list = (typeof result === 'number' ? [result] : result) as ArrayLike<number> | undefined;
    const numbers = Array.isArray(list) ? list.every(isNumber) : isNumber(list?.[0] ?? 0);
    const got = numbers ? (list?.length ?? showAny(list)) : showAny(list);
    if (got !== sizeOf(shape))
      throw new Error(
        `hostCall: ${fn.name || 'the function'} must return ${sizeOf(shape)} numbers for shape ${show(shape)}, got ${got}`,
      );
    return list!;
  };
  const byShape = known.get(fn) ?? new Map<string, HostFunction>();
  known.set(fn, byShape);
  const call: HostFunction = (inputs) => {
    const result = fn(...inputs.map((x) => x.slice()));
    return result instanceof Promise ? result.then(check) : check(result);
  };
  return byShape.get(shape.join()) ?? remember(byShape, shape.join(), call);
}

/**
 * Returns a tensor of `shape` that fn computes on the host, in float64 if fn likes. fn receives the
 * elements of each input in a typed array, row-major, and returns the elements of the result,
 * row-major (for a scalar, a number), or a promise of them. It is called whenever the tensor is
 * computed, once for each example under vmap. To differentiation the result is a constant. The
 * graph is split here: no kernel is fused across the call. Reading the result throws unless fn
 * returns as many numbers as `shape` has elements.
 */
export function hostCall(fn: HostComputation, inputs: TensorLike | readonly TensorLike[], shape: Shape): Tensor {
  checkFunction('hostCall', fn);
  const list = Array.isArray(inputs) ? (inputs as readonly TensorLike[]) : [inputs as TensorLike];
  const own = [...newShape('hostCall', shape)];
  const nodes = list.map((x) => nodeOf('hostCall', x));
  return new Tensor(build(fn.name || 'hostCall', nodes, own, checked(fn, own)));
}
