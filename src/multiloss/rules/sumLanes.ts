import { ones } from '../../tensor/create.ts';
import { weightedRule, type Rule } from '../rule.ts';

/** Σ g_i: what an ordinary backward pass does. */
export const sumLanes = (): Rule =>
  weightedRule('sumLanes', ([g]) => ones([g!.shape[0]!]), { merge: (g) => g.sum({ axis: 0 }) });
