import { baseline, methods as all } from '../training/methods.ts';

/** Training without the source. */
export const alone = 'targetOnly';

/** The methods of the paper's Table 2, and the tuned sum. The baseline is the mixed batch. */
export const methods: readonly string[] = [alone, ...all.map((m) => m.name).filter((name) => name !== 'gradDropEach')];

/** The paper's leak for the source. */
export const standard = 1;

/** A method with a leak of the source's gradients, which has its own rate and its own runs. */
export interface Variant {
  readonly name: string;
  readonly method: string;
  readonly leak: number;
}

/**
 * Returns the methods with the paper's leak, then GradDrop with the other leaks, if it is named.
 */
export const variants = (names: readonly string[], leaks: readonly number[]): Variant[] => [
  ...names.map((method) => ({ name: method, method, leak: standard })),
  ...leaks
    .filter((leak) => leak !== standard && names.includes('gradDrop'))
    .map((leak) => ({ name: `gradDrop, leak ${leak}`, method: 'gradDrop', leak })),
];

/** Returns the name of the training method that a method of this experiment uses. */
export const methodFor = (name: string): string => (name === alone ? baseline : name);
