import { full } from '../../tensor/create.ts';
import { weightedRule, type Rule } from '../rule.ts';

/** The mean rule Σ g_i / n. */
export const meanLanes = (): Rule =>
  weightedRule('meanLanes', ([g]) => full([g!.shape[0]!], 1 / g!.shape[0]!), { merge: (g) => g.mean({ axis: 0 }) });
