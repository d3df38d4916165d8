export { adam } from './adam.ts';
export { adamW } from './adamW.ts';
export { clipByValue } from './clipByValue.ts';
export type { AdamOptions } from './moments.ts';
export type { Optimiser, OptimiserState, UpdateOptions } from './optimiser.ts';
export { rmsProp, type RmsPropOptions } from './rmsProp.ts';
export * as schedules from './schedules/index.ts';
export { sgd, type SgdOptions } from './sgd.ts';
export { skipNonFinite } from './skipNonFinite.ts';
