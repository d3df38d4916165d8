import { checkRate } from '../checks.ts';
import { asTensor } from '../../tensor/tensor.ts';
import { schedule, type Schedule } from './schedule.ts';

/** The same rate at every step. It can follow a `warmup`. */
export function constant(rate: number): Schedule {
  checkRate('schedules.constant', 'the rate', rate);
  return schedule('schedules.constant', () => asTensor('schedules.constant', rate));
}
