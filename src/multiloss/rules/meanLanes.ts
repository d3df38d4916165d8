import type { Rule } from '../rule.ts';

/** Σ g_i / n. */
export const meanLanes = (): Rule => (g) => g.mean({ axis: 0 });
