import { checkOptions } from '../../graph/options.ts';
import { checkRate } from '../checks.ts';
import { schedule, type Schedule } from './schedule.ts';

/** Exponential decay: rate · factorᵗ. */
export function exponential(options: { readonly rate: number; readonly factor: number }): Schedule {
  const name = 'schedules.exponential';
  const { rate, factor } = checkOptions(name, options, ['rate', 'factor']);
  checkRate(name, 'rate', rate);
  checkRate(name, 'factor', factor);
  return schedule(name, (t) => t.mul(Math.log(factor)).exp().mul(rate));
}
