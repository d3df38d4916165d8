import '../tensor/methods.ts';

export { checkGrads, type CheckGradsOptions } from './checkGrads.ts';
export { caseClaim, type CaseClaim } from './caseClaim.ts';
export type { Claim, Context, Counterexample, Subject, Verdict } from './claim.ts';
export { claims } from './claims/claims.ts';
export { keepChance, lowestRatio, sidesOf, type Sides } from './claims/closedForms.ts';
export { expectation, lawsOf, type Law, type Position } from './claims/positions.ts';
export { programs } from './programs/arbitrary.ts';
export type { Choice, Pool } from './programs/pool.ts';
export type { Program, Random, Step } from './programs/program.ts';
export { verify, type VerifyOptions, type VerifyProgress, type VerifyReport, type VerifyResult } from './verify.ts';
