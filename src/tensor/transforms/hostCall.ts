import { hostCall as build } from '../../graph/build.ts';
import { checkFunction } from '../../graph/checks.ts';
import { remember } from '../../graph/remember.ts';
import { sizeOf, type HostArray, type HostFunction, type Shape } from '../../graph/node.ts';
import { show, showAny } from '../../graph/shape.ts';
import { newShape } from '../newShape.ts';
import { nodeOf, Tensor, type TensorLike } from '../tensor.ts';

/**
 * A function that computes on the host. It receives the inputs' elements, row-major, in arrays that
 * it owns.
 */
export type HostComputation = (...inputs: HostArray[]) => Numbers | Promise<Numbers>;
type Numbers = ArrayLike<number> | number;

const isNumber = (x: unknown): boolean => typeof x === 'number' || typeof x === 'boolean';

/**
 * Caches the function that graph nodes call, for each user function and shape. A graph that is
 * built twice thus contains the same function, and its plan is found.
 */
const known = new WeakMap<HostComputation, Map<string, HostFunction>>();

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
 * Computes fn(...inputs) on the host, in float64 if fn likes, as a tensor of `shape`. `fn` receives
 * one typed array for each input and returns the elements row-major (for a scalar, a number), or a
 * promise of them. To differentiation the result is a constant. The plan is split here. Under vmap
 * fn is called once for each example.
 */
export function hostCall(fn: HostComputation, inputs: TensorLike | readonly TensorLike[], shape: Shape): Tensor {
  checkFunction('hostCall', fn);
  const list = Array.isArray(inputs) ? (inputs as readonly TensorLike[]) : [inputs as TensorLike];
  const own = [...newShape('hostCall', shape)];
  const nodes = list.map((x) => nodeOf('hostCall', x));
  return new Tensor(build(fn.name || 'hostCall', nodes, own, checked(fn, own)));
}
