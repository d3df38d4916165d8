import { showAny } from '../../graph/shape.ts';
import { constantValue } from '../../graph/simplify.ts';
import { asTensor, type Tensor } from '../../tensor/tensor.ts';

/**
 * A function from the number of updates made so far to a learning rate. For a number it returns a
 * number, for a scalar tensor a tensor, so that a compiled update can call it.
 */
export interface Schedule {
  (step: number): number;
  (step: Tensor): Tensor;
}

/**
 * Returns a schedule that computes `formula` of the number of updates made so far. Called with a
 * tensor, it returns a tensor. Called with a number, it computes in float64 and returns a number.
 * It throws, with `name`, if it is called with a number that is negative or not finite.
 */
export function schedule(name: string, formula: (step: Tensor) => Tensor): Schedule {
  function at(step: number): number;
  function at(step: Tensor): Tensor;
  function at(step: number | Tensor): number | Tensor {
    if (typeof step === 'number' && !(step >= 0 && step < Infinity))
      throw new Error(`${name}: the step must be a finite number from 0 on, got ${showAny(step)}`);
    const rate = formula(asTensor(name, step));
    return typeof step === 'number' ? constantValue(rate.node)! : rate;
  }
  return at;
}
