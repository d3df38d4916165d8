import type { OwnOption } from '../report/experiment.ts';
import { UsageError, whole } from '../report/usage.ts';

/** The options by which a command line changes the trials. */
export const trialOptions: readonly OwnOption[] = [
  { name: 'rates', value: 'list', text: 'learning rates to choose from, with commas, in place of the profile’s' },
  { name: 'steps', value: 'n', text: 'steps of each training, in place of the profile’s' },
  { name: 'seeds', value: 'n', text: 'trainings of each method, in place of the profile’s' },
];

interface Trials {
  readonly rates: readonly number[];
  readonly searchSteps: number;
  readonly steps: number;
  readonly seeds: number;
}

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

/**
 * Returns a profile with the changes of the command line. A search never has more steps than the
 * training it is for. Throws a usage error if a value is invalid.
 */
export function withTrialOptions<T extends Trials>(profile: T, own: Readonly<Record<string, string | undefined>>): T {
  const steps = own.steps === undefined ? profile.steps : whole('steps', own.steps, 1, 1e7);
  return {
    ...profile,
    steps,
    searchSteps: Math.min(profile.searchSteps, steps),
    rates: own.rates === undefined ? profile.rates : ratesOf(own.rates),
    seeds: own.seeds === undefined ? profile.seeds : whole('seeds', own.seeds, 1, 1000),
  };
}
