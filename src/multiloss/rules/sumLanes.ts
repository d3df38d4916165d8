import { ones } from '../../tensor/create.ts';
import { weightedRule, type Rule } from '../rule.ts';

/** Returns the merge rule Σ g_i, which is what an ordinary backward pass computes. */
export const sumLanes = (): Rule =>
  weightedRule('sumLanes', ([g]) => ones([g!.shape[0]!]), { merge: (g) => g.sum({ axis: 0 }) });
