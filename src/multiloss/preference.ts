import { checkList } from '../graph/checks.ts';
import { full, tensor } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';

export interface PreferenceOption {
  /** The weight of each loss; by default 1/n each. */
  readonly preference?: readonly number[];
}

export function checkPreference(name: string, preference: readonly number[] | undefined): (lanes: number) => void {
  if (preference !== undefined) checkList(name, 'preference', preference);
  if (preference?.some((p) => !(p >= 0 && Number.isFinite(p))))
    throw new Error(`${name}: preferences must be non-negative, got [${preference.join(', ')}]`);
  return (lanes) => {
    if (preference && preference.length !== lanes)
      throw new Error(`${name}: one preference for each of ${lanes} lanes is needed, got ${preference.length}`);
  };
}

/** The preference as a tensor [lanes]. Throws if it has another length. */
export function preferenceOf(name: string, preference: readonly number[] | undefined, lanes: number): Tensor {
  checkPreference(name, preference)(lanes);
  return preference ? tensor(preference) : full([lanes], 1 / lanes);
}
