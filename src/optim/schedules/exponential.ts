import { checkOptions } from '../../graph/options.ts';
import { checkRate } from '../checks.ts';
import { schedule, type Schedule } from './schedule.ts';

/**
 * Returns the schedule exponential decay: rate · factorᵗ at step t. Throws unless both are above 0.
 */
export function exponential(options: { readonly rate: number; readonly factor: number }): Schedule {
  const name = 'schedules.exponential';
  const { rate, factor } = checkOptions(name, options, ['rate', 'factor']);
  checkRate(name, 'rate', rate);
  checkRate(name, 'factor', factor);
  return schedule(name, (t) => t.mul(Math.log(factor)).exp().mul(rate));
}
