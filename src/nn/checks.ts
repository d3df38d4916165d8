import { showAny } from '../graph/shape.ts';

/** Throws unless n counts something. */
export function checkCount(name: string, what: string, n: number): void {
  if (!Number.isInteger(n) || n < 1) throw new Error(`${name}: ${what} must be a positive integer, got ${showAny(n)}`);
}

/** Throws unless the answer is given in words. */
export function checkFlag(name: string, what: string, flag: unknown): void {
  if (typeof flag !== 'boolean') throw new Error(`${name}: ${what} must be true or false, got ${showAny(flag)}`);
}
