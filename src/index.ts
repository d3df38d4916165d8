import './tensor/methods.ts';

export { Tensor, type NestedNumbers, type TensorLike } from './tensor/tensor.ts';
export {
  arange,
  eye,
  full,
  linspace,
  oneHot,
  ones,
  onesLike,
  scalar,
  tensor,
  zeros,
  zerosLike,
} from './tensor/create.ts';
export { mapTree, zipTrees, type Tensors, type Tree } from './tensor/tree.ts';
export { realize } from './tensor/realize.ts';
export { scope } from './tensor/scope.ts';
export { foldIn, key, Key } from './tensor/key.ts';
export { random } from './tensor/random.ts';
export { split } from './tensor/split.ts';

export * from './tensor/ops/named.ts';
export { elu, gelu, leakyRelu, silu } from './tensor/ops/activations.ts';
export {
  argMax,
  argMin,
  cumsum,
  logSumExp,
  max,
  mean,
  min,
  norm,
  prod,
  std,
  sum,
  variance,
} from './tensor/ops/reduce.ts';
export { matmul } from './tensor/ops/matmul.ts';
export { einsum } from './tensor/ops/einsum.ts';
export { conv2d, convTranspose2d, type ConvOptions } from './tensor/ops/convolution.ts';
export { avgPool2d, maxPool2d, type PoolOptions } from './tensor/ops/pooling.ts';
export { batchNorm, layerNorm, type BatchNormOptions } from './tensor/ops/normalization.ts';
export {
  broadcastTo,
  concat,
  flip,
  pad,
  permute,
  reshape,
  slice,
  squeeze,
  stack,
  transpose,
  unsqueeze,
} from './tensor/ops/movement.ts';
export { gather, scatterAdd, take } from './tensor/ops/indexing.ts';
export { sort, topK } from './tensor/ops/sort.ts';
export { logSoftmax, softmax } from './tensor/ops/softmax.ts';
export { bceWithLogits, crossEntropy, huber, mse } from './tensor/ops/losses.ts';

export { gradients } from './tensor/transforms/gradients.ts';
export { grad } from './tensor/transforms/grad.ts';
export { valueAndGrad } from './tensor/transforms/valueAndGrad.ts';
export { vjp } from './tensor/transforms/vjp.ts';
export { jvp } from './tensor/transforms/jvp.ts';
export { linearize } from './tensor/transforms/linearize.ts';
export { jacrev } from './tensor/transforms/jacrev.ts';
export { jacfwd } from './tensor/transforms/jacfwd.ts';
export { hessian } from './tensor/transforms/hessian.ts';
export { hvp } from './tensor/transforms/hvp.ts';
export { vmap, type Axes } from './tensor/transforms/vmap.ts';
export { stopGradient } from './tensor/transforms/stopGradient.ts';
export { checkpoint } from './tensor/transforms/checkpoint.ts';
export { customVjp } from './tensor/transforms/customVjp.ts';
export { hostCall, type HostComputation } from './tensor/transforms/hostCall.ts';
export { compile, type Compiled } from './tensor/transforms/compile.ts';
export { explain } from './tensor/explain.ts';
export { printGraph, type HasNode } from './inspect/printGraph.ts';
export { firstNaN, type NaNOrigin } from './tensor/transforms/firstNaN.ts';

export { fanOut } from './multiloss/fanOut.ts';
export { gradDrop } from './multiloss/gradDrop.ts';
export { gradDropPresets } from './multiloss/gradDropPresets.ts';
export { lanesReport, type LanesReport } from './multiloss/lanesReport.ts';
export { multiGrad, type Losses, type MultiGrad, type TrunkAndHeads } from './multiloss/multiGrad.ts';
export { clipByNorm } from './multiloss/clipByNorm.ts';
export { gradientPenalty } from './multiloss/gradientPenalty.ts';
export type { Rule } from './multiloss/rule.ts';
export { signDrop, type SignDropOptions } from './multiloss/signDrop.ts';
export { sumLanes } from './multiloss/rules/sumLanes.ts';
export { meanLanes } from './multiloss/rules/meanLanes.ts';
export { constant } from './multiloss/rules/constant.ts';
export { pcgrad } from './multiloss/rules/pcgrad.ts';
export { iterativePcgrad } from './multiloss/rules/iterativePcgrad.ts';
export { mgda } from './multiloss/rules/mgda.ts';
export { cagrad } from './multiloss/rules/cagrad.ts';
export { imtlG } from './multiloss/rules/imtlG.ts';
export { nashMtl } from './multiloss/rules/nashMtl.ts';
export { alignedMtl } from './multiloss/rules/alignedMtl.ts';
export { upgrad } from './multiloss/rules/upgrad.ts';
export { dualProj } from './multiloss/rules/dualProj.ts';
export { config } from './multiloss/rules/config.ts';
export { fairGrad } from './multiloss/rules/fairGrad.ts';
export { krum } from './multiloss/rules/krum.ts';
export { trimmedMean } from './multiloss/rules/trimmedMean.ts';
export { randomWeights } from './multiloss/rules/randomWeights.ts';
export { gradVac, type StatefulRule } from './multiloss/rules/gradVac.ts';
export type { LossList, Weighting } from './multiloss/weightings/weighting.ts';
export { gradNorm, type GradNormState } from './multiloss/weightings/gradNorm.ts';
export { uncertainty } from './multiloss/weightings/uncertainty.ts';
export { dwa, type DwaState } from './multiloss/weightings/dwa.ts';
export { geometricMean } from './multiloss/weightings/geometricMean.ts';
export { imtlL } from './multiloss/weightings/imtlL.ts';
export { stch } from './multiloss/weightings/stch.ts';
export { famo, type FamoState } from './multiloss/weightings/famo.ts';
export { randomLossWeights, type RandomLossWeightsState } from './multiloss/weightings/randomLossWeights.ts';

export * as nn from './nn/index.ts';
export * as optim from './optim/index.ts';

export { checkGrads, type CheckGradsOptions } from './testing/checkGrads.ts';

export { device, devices, setDevice, type DeviceName } from './device/devices.ts';
export type { ExplainedStep, Explanation } from './device/explain.ts';
export { memory } from './device/memory.ts';
