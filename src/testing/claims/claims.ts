import type { Claim } from '../claim.ts';
import { anyKeepFunction } from './anyKeep.ts';
import { batches } from './batches.ts';
import { counted } from './counted.ts';
import { derivatives } from './derivatives.ts';
import { keyed } from './keyed.ts';
import { layers } from './layers.ts';
import { marginalized } from './marginalized.ts';
import { norms } from './norms.ts';
import { numbers } from './numbers.ts';
import { randomPrograms } from './programs.ts';
import { proposition1 } from './proposition1.ts';
import { proposition2 } from './proposition2.ts';
import { proposition3 } from './proposition3.ts';
import { purity } from './purity.ts';
import { sampling } from './sampling.ts';
import { structure } from './structure.ts';

const groups = [
  'Proposition 1',
  'Proposition 2',
  'Proposition 3',
  'Structure of the merge',
  'Derivatives',
  'Programs',
  'Random numbers',
];

/** All claims, by group. */
export const claims: readonly Claim[] = [
  ...proposition1,
  ...proposition2,
  ...proposition3,
  ...anyKeepFunction,
  counted,
  ...sampling,
  ...batches,
  ...purity,
  ...structure,
  ...layers,
  marginalized,
  ...keyed,
  ...norms,
  ...derivatives,
  randomPrograms,
  ...numbers,
].sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group));
