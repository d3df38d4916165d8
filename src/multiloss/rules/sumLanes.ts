import { ruleOf, type Rule } from '../rule.ts';

/** Σ g_i: what an ordinary backward pass does. */
export const sumLanes = (): Rule => ruleOf('sumLanes', (g) => g.sum({ axis: 0 }));
