import { device } from '../../device/current.ts';
import { setDevice } from '../../device/devices.ts';
import type { Context } from '../claim.ts';

/** Computes on reference. Afterwards the current device is the same as before. */
export async function onReference<T>(f: () => Promise<T>): Promise<T> {
  const before = device();
  await setDevice('reference');
  try {
    return await f();
  } finally {
    await setDevice(before);
  }
}

/**
 * Says whether two results agree: two numbers within a tolerance of their size or of 1. NaN agrees
 * with NaN alone, unless `strict` is false.
 */
export function sameNumber(a: number, b: number, tolerance: number, strict: boolean): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return !strict || (Number.isNaN(a) && Number.isNaN(b));
  return a === b || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
}

/** Numbers as a list in which −0 can be told from 0. */
export const showNumbers = (xs: readonly number[]): string =>
  xs.map((x) => (Object.is(x, -0) ? '-0' : String(x))).join(', ');

/** The number of runs from which an audit visits everything. */
const whole = 3000;

/** The part of a list that an audit visits: everything, or every nth element by the seed. */
export function sliceOf<T>(list: readonly T[], { all, runs, seed }: Context): readonly T[] {
  const step = all ? 1 : Math.min(list.length, Math.max(1, Math.round(whole / runs)));
  return list.filter((_, i) => (i + seed) % step === 0);
}
