import { baseline, methods as all } from '../training/methods.ts';

/** Training without the source. */
export const alone = 'targetOnly';

/** The paper's Table 2, with the tuned sum; the baseline is the mixed batch. */
export const methods: readonly string[] = [alone, ...all.map((m) => m.name).filter((name) => name !== 'gradDropEach')];

/** The method that trains it. */
export const methodFor = (name: string): string => (name === alone ? baseline : name);
