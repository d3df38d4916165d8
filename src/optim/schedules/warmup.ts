import { checkCount, checkFunction } from '../../graph/checks.ts';
import { checkOptions } from '../../graph/options.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { schedule, type Schedule } from './schedule.ts';

/**
 * Returns the schedule that rises for `steps` updates and then follows the schedule `then`: at step
 * t its rate is then(0) · (t + 1)/(steps + 1) for t < steps, so that no update has rate 0, and
 * then(t − steps) afterwards. Throws unless `steps` is a positive integer.
 */
export function warmup(then: Schedule, options: { readonly steps: number }): Schedule {
  const name = 'schedules.warmup';
  checkFunction(name, then);
  const { steps } = checkOptions(name, options, ['steps']);
  checkCount(name, 'steps', steps);
  return schedule(name, (t: Tensor) => {
    const risen = t
      .add(1)
      .div(steps + 1)
      .minimum(1);
    return then(t.sub(steps).maximum(0)).mul(risen);
  });
}
