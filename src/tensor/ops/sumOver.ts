import { sum } from '../../graph/build.ts';
import { Tensor } from '../tensor.ts';

/** Σ x over the axes, which stay with size 1. */
export const sumOver = (x: Tensor, axes: readonly number[]): Tensor => new Tensor(sum(x.node, axes));
