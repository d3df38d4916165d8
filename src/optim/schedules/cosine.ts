import { checkOptions } from '../../graph/options.ts';
import { checkCount } from '../../graph/checks.ts';
import { checkRate } from '../checks.ts';
import { schedule, type Schedule } from './schedule.ts';

/**
 * Returns the schedule cosine annealing (Loshchilov and Hutter 2017, Equation 5, without restarts):
 * end + ½ (rate − end) (1 + cos(π t/steps)) at step t ≤ steps, then `end`, which is 0 by default.
 * Throws unless `rate` is above 0, `steps` a positive integer and `end` at least 0.
 */
export function cosine(options: { readonly rate: number; readonly steps: number; readonly end?: number }): Schedule {
  const name = 'schedules.cosine';
  const { rate, steps, end = 0 } = checkOptions(name, options, ['rate', 'steps', 'end']);
  checkRate(name, 'rate', rate);
  checkCount(name, 'steps', steps);
  checkRate(name, 'end', end, 'at least 0');
  return schedule(name, (t) => {
    const along = t.div(steps).minimum(1);
    const above = along
      .mul(Math.PI)
      .cos()
      .add(1)
      .mul((rate - end) / 2);
    return along.less(1).where(above.add(end), end);
  });
}
