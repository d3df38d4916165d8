import { ruleOf, type Rule } from '../rule.ts';

/** Σ g_i / n. */
export const meanLanes = (): Rule => ruleOf('meanLanes', (g) => g.mean({ axis: 0 }));
