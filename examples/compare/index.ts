export { compare } from './compare.ts';
export type { Comparison, Data, Loss, Made, Metric, Model, Prediction, Splits } from './comparison.ts';
export type { MethodChoice, MethodName } from './methods.ts';
