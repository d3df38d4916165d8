import { baseline, methods as all } from '../training/methods.ts';

/** Training without the source. */
export const alone = 'targetOnly';

/** The methods of the paper's Table 2, and the tuned sum. The baseline is the mixed batch. */
export const methods: readonly string[] = [alone, ...all.map((m) => m.name).filter((name) => name !== 'gradDropEach')];

/** Returns the name of the training method that a method of this experiment uses. */
export const methodFor = (name: string): string => (name === alone ? baseline : name);
