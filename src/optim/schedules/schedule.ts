import { constantValue } from '../../graph/simplify.ts';
import { showAny } from '../../graph/shape.ts';
import { asTensor, type Tensor } from '../../tensor/tensor.ts';

/** A learning rate as a function of the number of updates before: of a number a number, of a traced tensor a tensor. */
export interface Schedule {
  (step: number): number;
  (step: Tensor): Tensor;
}

/** A schedule from its formula. What it makes of a number is one constant, worked out in float64 as it is built. */
export function schedule(name: string, formula: (step: Tensor) => Tensor): Schedule {
  function at(step: number): number;
  function at(step: Tensor): Tensor;
  function at(step: number | Tensor): number | Tensor {
    if (typeof step === 'number' && !(step >= 0 && step < Infinity))
      throw new Error(`${name}: a step must be a number from 0 on, got ${showAny(step)}`);
    const rate = formula(asTensor(name, step));
    return typeof step === 'number' ? constantValue(rate.node)! : rate;
  }
  return at;
}

/** Throws unless x can be a learning rate. */
export function checkRate(
  name: string,
  what: string,
  x: unknown,
  least: 'positive' | 'not negative' = 'positive',
): void {
  if (typeof x !== 'number' || !(x < Infinity) || !(least === 'positive' ? x > 0 : x >= 0))
    throw new Error(`${name}: ${what} must be finite and ${least}, got ${showAny(x)}`);
}

/** Throws unless n is a number of steps. */
export function checkSteps(name: string, what: string, n: unknown): void {
  if (!Number.isInteger(n) || (n as number) < 1)
    throw new Error(`${name}: ${what} must be a positive integer, got ${showAny(n)}`);
}
