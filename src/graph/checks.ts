import { showAny } from './shape.ts';

/** Throws unless f is a function. */
export function checkFunction(name: string, f: unknown): void {
  if (typeof f !== 'function')
    throw new Error(`${name}: a function is needed, got ${showAny(f)}; write it as (x) => …`);
}

/** Returns a list as given. Throws unless it is an array; `what` names the list in the error. */
export function checkList<T extends readonly unknown[]>(name: string, what: string, list: T): T {
  if (!Array.isArray(list)) throw new Error(`${name}: ${what} must be a list, got ${showAny(list)}`);
  return list;
}

/** Throws unless x is a finite number; `what` names it in the error. */
export function checkNumber(name: string, what: string, x: unknown): void {
  if (!Number.isFinite(x)) throw new Error(`${name}: ${what} must be a finite number, got ${showAny(x)}`);
}

/** Throws unless n is a positive integer; `what` names it in the error. */
export function checkCount(name: string, what: string, n: unknown): void {
  if (!Number.isInteger(n) || (n as number) < 1)
    throw new Error(`${name}: ${what} must be a positive integer, got ${showAny(n)}`);
}

/** Throws unless `flag` is true or false; `what` names it in the error. */
export function checkFlag(name: string, what: string, flag: unknown): void {
  if (typeof flag !== 'boolean') throw new Error(`${name}: ${what} must be true or false, got ${showAny(flag)}`);
}
