export type { Affine, AffineOptions } from './affine.ts';
export { batchNorm, type BatchNormOptions, type BatchNormState } from './batchNorm.ts';
export { conv2d } from './conv2d.ts';
export { dropout, type DropoutOptions } from './dropout.ts';
export { globalAverage } from './globalAverage.ts';
export * as init from './init/index.ts';
export { linear } from './linear.ts';
export { avgPool2d, maxPool2d } from '../tensor/ops/pooling.ts';
