import { showAny } from '../../graph/shape.ts';
import { constantValue } from '../../graph/simplify.ts';
import { asTensor, type Tensor } from '../../tensor/tensor.ts';

/**
 * A schedule maps the number of updates made so far to a learning rate: a number to a number, a
 * traced tensor to a tensor.
 */
export interface Schedule {
  (step: number): number;
  (step: Tensor): Tensor;
}

/**
 * Makes a schedule from its formula. For a number the formula is evaluated in float64 to one
 * constant.
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
