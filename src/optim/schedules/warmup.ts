import { checkCount, checkFunction } from '../../graph/checks.ts';
import { checkOptions } from '../../graph/options.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { schedule, type Schedule } from './schedule.ts';

/**
 * Delays a schedule by `steps` updates. Before it starts, the rate is its first rate times (t +
 * 1)/(steps + 1), so that no update has rate 0.
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
