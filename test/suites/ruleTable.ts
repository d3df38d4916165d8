import * as c from '../../src/index.ts';
import { key, tensor, type Rule } from '../../src/index.ts';
import type { Rows } from './matrices.ts';

/** A rule, what it makes of J = [[−4, 1, 1], [6, 1, 1]], and the properties that it has. */
export interface Entry {
  readonly rule: Rule;
  readonly golden?: readonly number[];
  /** No gradient has a negative inner product with the result. */
  readonly nonConflicting?: true;
  /** The order of the losses does not count. */
  readonly symmetric?: true;
  /** With J scaled row by row the result is linear in the scales. */
  readonly linear?: true;
  /** The result vanishes only where weights > 0 make the sum of the gradients vanish. */
  readonly stationary?: true;
  /** It draws random numbers. */
  readonly draws?: true;
  /** J times a number gives the result times a power of it. */
  readonly degree: number;
}

export const base: Rows = [
  [-4, 1, 1],
  [6, 1, 1],
];

/** The numbers are those of published implementations run on J, and closed forms. */
export const entries: Record<string, Entry> = {
  sumLanes: { rule: c.sumLanes(), golden: [2, 2, 2], symmetric: true, linear: true, stationary: true, degree: 1 },
  meanLanes: { rule: c.meanLanes(), golden: [1, 1, 1], symmetric: true, linear: true, stationary: true, degree: 1 },
  constant: { rule: c.constant([0.25, 0.5]), golden: [2, 0.75, 0.75], linear: true, degree: 1 },
  mgda: { rule: c.mgda(), golden: [0, 1, 1], nonConflicting: true, symmetric: true, degree: 1 },
  cagrad: { rule: c.cagrad({ c: 0.5 }), golden: [0.1835, 1.20412, 1.20412], symmetric: true, degree: 1 },
  'cagrad, c = 1': { rule: c.cagrad({ c: 1 }), nonConflicting: true, symmetric: true, degree: 1 },
  imtlG: { rule: c.imtlG(), golden: [0.0767, 1, 1], symmetric: true, degree: 1 },
  alignedMtl: { rule: c.alignedMtl(), golden: [0.21328, 0.96733, 0.96733], symmetric: true, degree: 1 },
  'alignedMtl, rmse': {
    rule: c.alignedMtl({ scale: 'rmse' }),
    golden: [0.57638, 2.61417, 2.61417],
    symmetric: true,
    degree: 1,
  },
  'alignedMtl, median': { rule: c.alignedMtl({ scale: 'median' }), symmetric: true, degree: 1 },
  upgrad: {
    rule: c.upgrad(),
    golden: [0.2924, 1.90058, 1.90058],
    nonConflicting: true,
    symmetric: true,
    linear: true,
    stationary: true,
    degree: 1,
  },
  dualProj: {
    rule: c.dualProj(),
    golden: [5 / 9, 10 / 9, 10 / 9],
    nonConflicting: true,
    symmetric: true,
    stationary: true,
    degree: 1,
  },
  config: { rule: c.config(), golden: [0.15881, 2.07061, 2.07061], symmetric: true, linear: true, degree: 1 },
  nashMtl: {
    rule: c.nashMtl(),
    golden: [0.05415, 0.70607, 0.70607],
    nonConflicting: true,
    symmetric: true,
    degree: 0,
  },
  fairGrad: {
    rule: c.fairGrad({ alpha: 1 }),
    golden: [0.07658, 0.99853, 0.99853],
    nonConflicting: true,
    symmetric: true,
    degree: 0,
  },
  'fairGrad, alpha = 2': {
    rule: c.fairGrad({ alpha: 2 }),
    nonConflicting: true,
    symmetric: true,
    degree: -1 / 3,
  },
  gradVac: { rule: c.gradVac(), golden: [0.5848, 3.80117, 3.80117], degree: 1 },
  pcgrad: { rule: c.pcgrad({ key: key(3) }), golden: [0.5848, 3.80117, 3.80117], draws: true, degree: 1 },
  iterativePcgrad: { rule: c.iterativePcgrad({ key: key(3) }), draws: true, degree: 1 },
  trimmedMean: { rule: c.trimmedMean({ trim: 0 }), golden: [1, 1, 1], symmetric: true, degree: 1 },
  randomWeights: { rule: c.randomWeights({ key: key(3) }), draws: true, stationary: true, degree: 1 },
};

export const names = (has: (e: Entry) => unknown): [string, Entry][] =>
  Object.entries(entries).filter(([, e]) => has(e));
export const run = async (rule: Rule, J: Rows): Promise<number[]> => Array.from(await rule(tensor(J)).data());
