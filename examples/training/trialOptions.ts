import type { OwnOption } from '../report/experiment.ts';
import { UsageError, whole } from '../report/usage.ts';
import { seedsNeeded, type Protocol } from './protocol.ts';

/** The options by which a command line changes the trials. */
export const trialOptions: readonly OwnOption[] = [
  {
    name: 'rates',
    value: 'list',
    text: 'learning rates to choose from, with commas, in place of the profile’s; they are not extended',
  },
  { name: 'steps', value: 'n', text: 'steps of each training, in place of the profile’s' },
  { name: 'seeds', value: 'n', text: 'trainings of each method, in place of as many as --detect needs' },
  {
    name: 'detect',
    value: 'd',
    text: 'the difference, in its standard deviations, that the seeds show with 80 % power (1)',
  },
];

/** A profile's protocol; without `seeds` there are as many as `detect` needs. */
export type Profile = Omit<Protocol, 'seeds'> & { readonly seeds?: number };

/**
 * Returns the rates of a list with commas, in ascending order. Throws a usage error if one is
 * invalid or repeated.
 */
function ratesOf(text: string): number[] {
  const rates = text.split(',').map(Number);
  if (!rates.every((rate) => rate > 0 && rate < Infinity))
    throw new UsageError(`--rates must be positive numbers with commas, got '${text}'`);
  const twice = rates.find((rate, i) => rates.indexOf(rate) < i);
  if (twice !== undefined) throw new UsageError(`--rates must name each rate once, got ${twice} twice`);
  return rates.sort((a, b) => a - b);
}

/** Returns a number of standard deviations. Throws a usage error if it is invalid. */
function detectOf(text: string): number {
  const value = Number(text);
  if (!(value >= 0.1 && value <= 10)) throw new UsageError(`--detect must be a number from 0.1 to 10, got '${text}'`);
  return value;
}

/**
 * Returns a profile with the changes of the command line, and the number of seeds that comparing
 * `methods` methods needs. Throws a usage error if a value is invalid.
 */
export function withTrialOptions<T extends Profile>(
  profile: T,
  own: Readonly<Record<string, string | undefined>>,
  methods: number,
): T & Protocol {
  const detect = own.detect === undefined ? profile.detect : detectOf(own.detect);
  const fixed = own.seeds === undefined ? profile.seeds : whole('seeds', own.seeds, 1, 1000);
  return {
    ...profile,
    ...(own.rates !== undefined && { rates: ratesOf(own.rates), widen: 0 }),
    steps: own.steps === undefined ? profile.steps : whole('steps', own.steps, 1, 1e7),
    seeds: fixed ?? seedsNeeded(methods, detect),
    detect,
  };
}
