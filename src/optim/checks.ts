import { showAny } from '../graph/shape.ts';

/**
 * Throws, with `name`, unless x is a finite number above 0 or, if `bound` says so, at least 0;
 * `what` names it in the error.
 */
export function checkRate(name: string, what: string, x: unknown, bound: 'above 0' | 'at least 0' = 'above 0'): void {
  if (typeof x !== 'number' || !(x < Infinity) || !(bound === 'above 0' ? x > 0 : x >= 0))
    throw new Error(`${name}: ${what} must be a finite number ${bound}, got ${showAny(x)}`);
}

/** Throws, with `name`, unless 0 ≤ x < 1; `what` names it in the error. */
export function checkShare(name: string, what: string, x: unknown): void {
  if (typeof x !== 'number' || !(x >= 0 && x < 1))
    throw new Error(`${name}: ${what} must be from 0 to below 1, got ${showAny(x)}`);
}
