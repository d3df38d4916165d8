import { checkOptions } from '../../graph/options.ts';
import { checkCount } from '../../graph/checks.ts';
import { checkRate } from '../checks.ts';
import { schedule, type Schedule } from './schedule.ts';

/**
 * Returns the schedule step decay: rate · factor^⌊t/every⌋ at step t; `factor` is 0.1 by default.
 * Throws unless `rate` and `factor` are above 0 and `every` is a positive integer.
 */
export function step(options: { readonly rate: number; readonly every: number; readonly factor?: number }): Schedule {
  const name = 'schedules.step';
  const { rate, every, factor = 0.1 } = checkOptions(name, options, ['rate', 'every', 'factor']);
  checkRate(name, 'rate', rate);
  checkCount(name, 'every', every);
  checkRate(name, 'factor', factor);
  // Half a step is added, because a GPU's division may fall just below an integer.
  return schedule(name, (t) => t.add(0.5).div(every).floor().mul(Math.log(factor)).exp().mul(rate));
}
