import { checkRate } from '../checks.ts';
import { asTensor } from '../../tensor/tensor.ts';
import { schedule, type Schedule } from './schedule.ts';

/**
 * Returns the schedule with the same rate at every step. It can follow a `warmup`. Throws unless
 * the rate is finite and above 0.
 */
export function constant(rate: number): Schedule {
  checkRate('schedules.constant', 'the rate', rate);
  return schedule('schedules.constant', () => asTensor('schedules.constant', rate));
}
