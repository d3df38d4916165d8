import { checkOptions } from '../../graph/options.ts';
import { checkCount } from '../../graph/checks.ts';
import { checkRate } from '../checks.ts';
import { schedule, type Schedule } from './schedule.ts';

/**
 * Returns the schedule linear decay: from `rate` at step 0 to `end`, by default 0, at step `steps`,
 * and constant afterwards. Throws unless `rate` is above 0, `steps` a positive integer and `end` at
 * least 0.
 */
export function linear(options: { readonly rate: number; readonly steps: number; readonly end?: number }): Schedule {
  const name = 'schedules.linear';
  const { rate, steps, end = 0 } = checkOptions(name, options, ['rate', 'steps', 'end']);
  checkRate(name, 'rate', rate);
  checkCount(name, 'steps', steps);
  checkRate(name, 'end', end, 'at least 0');
  return schedule(name, (t) => {
    const left = t.div(-steps).add(1).maximum(0);
    return left.mul(rate - end).add(end);
  });
}
