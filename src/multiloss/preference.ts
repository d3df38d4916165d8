import { checkList } from '../graph/checks.ts';
import { full, tensor } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** The option `preference` of merge rules and weightings. */
export interface PreferenceOption {
  /**
   * One non-negative weight p_i for each loss; by default 1/n each. A loss with a larger one counts
   * more.
   */
  readonly preference?: readonly number[];
}

/**
 * Throws, with `name`, unless all preferences are finite and not negative. Returns a function that
 * throws unless there is one for each lane.
 */
export function checkPreference(name: string, preference: readonly number[] | undefined): (lanes: number) => void {
  if (preference !== undefined) checkList(name, 'preference', preference);
  if (preference?.some((p) => !(p >= 0 && Number.isFinite(p))))
    throw new Error(`${name}: preferences must be non-negative, got [${preference.join(', ')}]`);
  return (lanes) => {
    if (preference && preference.length !== lanes)
      throw new Error(`${name}: one preference for each of ${lanes} lanes is needed, got ${preference.length}`);
  };
}

/**
 * Returns the preference as a tensor [lanes], by default 1/lanes each. Throws if it is not valid or
 * has another length.
 */
export function preferenceOf(name: string, preference: readonly number[] | undefined, lanes: number): Tensor {
  checkPreference(name, preference)(lanes);
  return preference ? tensor(preference) : full([lanes], 1 / lanes);
}
