import { attributes } from '../attributes/experiment.ts';
import { landscape } from '../landscape/experiment.ts';
import { transfer } from '../transfer/experiment.ts';
import type { Common, Experiment } from '../report/experiment.ts';

/** All experiments, in the order in which they are listed. */
export const experiments: readonly Experiment<Common>[] = [attributes, transfer, landscape];
