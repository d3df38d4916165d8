import { showAny } from '../../graph/shape.ts';
import { constantValue } from '../../graph/simplify.ts';
import { asTensor, type Tensor } from '../../tensor/tensor.ts';

/**
 * A learning rate as a function of the number of updates before: of a number a number, of a traced
 * tensor a tensor.
 */
export interface Schedule {
  (step: number): number;
  (step: Tensor): Tensor;
}

/**
 * A schedule from its formula. Of a number the formula is one constant, worked out in float64 while
 * it is built.
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
