export { constant } from './constant.ts';
export { cosine } from './cosine.ts';
export { exponential } from './exponential.ts';
export { linear } from './linear.ts';
export type { Schedule } from './schedule.ts';
export { step } from './step.ts';
export { warmup } from './warmup.ts';
