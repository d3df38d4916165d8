import { deviceNames } from '../device/current.ts';
import { checkFlag, checkFunction, checkList } from '../graph/checks.ts';
import { showAny } from '../graph/shape.ts';
import { checkText, isObject } from '../data/checks.ts';
import type { Claim, Context } from './claim.ts';

export function checkAmong(name: string, what: string, allowed: readonly string[], value: unknown): void {
  if (!(allowed as readonly unknown[]).includes(value))
    throw new Error(`${name}: ${what} must be ${allowed.join(' or ')}, got ${showAny(value)}`);
}

/** A number of any size; NaN and the infinities are numbers. */
export function checkAnyNumber(name: string, what: string, x: unknown): void {
  if (typeof x !== 'number') throw new Error(`${name}: ${what} must be a number, got ${showAny(x)}`);
}

export function checkNumbers(name: string, what: string, list: readonly unknown[]): void {
  for (const x of checkList(name, what, list)) checkAnyNumber(name, `each of ${what}`, x);
}

/** Throws unless x is an object, of any class; the error says what it must hold. */
export function checkHolds(name: string, what: string, holds: string, x: unknown): void {
  if (!isObject(x)) throw new Error(`${name}: ${what} must be an object with ${holds}, got ${showAny(x)}`);
}

export function checkRuns(name: string, runs: unknown, seed: unknown): void {
  for (const [what, n, least] of [
    ['runs', runs, 1],
    ['the seed', seed, 0],
  ] as const)
    if (!Number.isInteger(n) || (n as number) < least || (n as number) >= 2 ** 31)
      throw new Error(`${name}: ${what} must be an integer from ${least} to 2^31 − 1, got ${showAny(n)}`);
}

export function checkSignalled(name: string, signal: unknown): void {
  if (signal !== undefined && typeof (signal as AbortSignal | null)?.aborted !== 'boolean')
    throw new Error(`${name}: signal must be an AbortSignal, got ${showAny(signal)}`);
}

/**
 * Throws unless the claim's name, group, statement, source and tolerance are strings, and
 * `expected` and `devices` have one of their allowed values. `name` is the function that the error
 * names.
 */
export function checkClaim(name: string, claim: Omit<Claim, 'check'>): void {
  checkHolds(name, 'a claim', 'name, expected, devices and check', claim);
  for (const field of ['name', 'group', 'statement', 'source', 'tolerance'] as const)
    checkText(name, `the ${field} of a claim`, claim[field]);
  checkAmong(name, `expected of ${claim.name}`, ['holds', 'fails'], claim.expected);
  checkAmong(name, `devices of ${claim.name}`, ['all', 'ieee', 'reference'], claim.devices);
}

/** Throws unless a claim can be checked with what is given. */
export function checkContext(name: string, context: Context): void {
  checkHolds(name, 'the context', 'device, seed, runs and subject', context);
  checkAmong(name, 'device', deviceNames, context.device);
  checkRuns(name, context.runs, context.seed);
  checkFunction(name, context.subject);
  checkFlag(name, 'all', context.all ?? false);
  checkSignalled(name, context.signal);
}
