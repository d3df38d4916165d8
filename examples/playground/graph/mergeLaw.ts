import { gradDropLaw, type Law } from '../law/gradDropLaw.ts';
import { groupsOf, type MergeData } from './mergeData.ts';

/** What the reader may change of a merge. */
export interface MergeChoice {
  readonly k: number;
  readonly leak: readonly number[];
  readonly axes: readonly number[];
  readonly inputSign: boolean;
  readonly zeroSign: MergeData['zeroSign'];
}

/** One group of positions that share a mask. */
export interface MergeGroup {
  readonly positions: readonly number[];
  /** The gradients of each loss at these positions. */
  readonly gradients: readonly (readonly number[])[];
  readonly law: Law;
}

/** Returns the choice that the program made. */
export const choiceOf = (data: MergeData): MergeChoice => ({
  k: data.k,
  leak: data.leak,
  axes: data.axes,
  inputSign: data.inputSign,
  zeroSign: data.zeroSign,
});

/**
 * Returns the groups of positions that share a mask, each with its law. A group of which the trace
 * does not have all positions is left out. `keep` is the program's own keep function, if it has
 * one.
 */
export function groupsOfMerge(
  data: MergeData,
  choice: MergeChoice,
  keep?: (purity: number) => number,
): readonly MergeGroup[] {
  const { shape, gradients, inputs: h } = data;
  const { k, leak, axes, inputSign, zeroSign } = choice;
  const known = gradients[0]?.length ?? 0;
  const members = new Map<number, number[]>();
  groupsOf(shape, axes).forEach((group, position) => {
    if (!members.has(group)) members.set(group, []);
    members.get(group)!.push(position);
  });
  return [...members.values()]
    .filter((positions) => positions.every((p) => p < known))
    .map((positions) => {
      const here = gradients.map((lane) => positions.map((p) => lane[p]!));
      const inputs = inputSign && h ? positions.map((p) => h[p]!) : undefined;
      const law = gradDropLaw(here, { k, leak, zeroSign, ...(keep && { keep }), ...(inputs && { inputs }) });
      return { positions, gradients: here, law };
    });
}
