export { adam } from './adam.ts';
export { adamW } from './adamW.ts';
export type { AdamOptions } from './moments.ts';
export type { Optimiser, OptimiserState, UpdateOptions } from './optimiser.ts';
export * as schedules from './schedules/index.ts';
export { sgd, type SgdOptions } from './sgd.ts';
