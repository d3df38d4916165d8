import { full } from '../../tensor/create.ts';
import { weightedRule, type Rule } from '../rule.ts';

/** Returns the merge rule Σ g_i / n, the mean of n gradients. */
export const meanLanes = (): Rule =>
  weightedRule('meanLanes', ([g]) => full([g!.shape[0]!], 1 / g!.shape[0]!), { merge: (g) => g.mean({ axis: 0 }) });
