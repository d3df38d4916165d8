// Made from the operations' docstrings by scripts/names.js, which `npm run build` runs.
import type { Shape } from '../graph/node.ts';
import type { ConvOptions } from './ops/convolution.ts';
import type { BatchNormOptions } from './ops/normalization.ts';
import type { PoolOptions } from './ops/pooling.ts';
import type { ReduceOptions } from './ops/reduce.ts';
import type { Pair } from './ops/window2d.ts';
import type { Tensor, TensorLike } from './tensor.ts';

/** Operations as methods of their first tensor: `x.tanh()` is `tanh(x)`. */
export interface OperationMethods {
  /** −x. */
  readonly neg: () => Tensor;
  /** |x|; abs′(0) = 0. */
  readonly abs: () => Tensor;
  /** Returns the sign of x: −1, 0 or 1. */
  readonly sign: () => Tensor;
  /**
   * e^x. Kernels subtract a multiple of ln 2 from x in two parts, the first of which is exact, and
   * scale a polynomial of the rest by a power of two. WebAssembly runs this far faster than a call
   * of Math.exp.
   */
  readonly exp: () => Tensor;
  /** e^x − 1, accurate near 0. */
  readonly expm1: () => Tensor;
  /** Returns the natural logarithm of x; log(0) = −∞. */
  readonly log: () => Tensor;
  /** log(1 + x), accurate near 0. */
  readonly log1p: () => Tensor;
  /** √x. */
  readonly sqrt: () => Tensor;
  /** 1/√x. */
  readonly rsqrt: () => Tensor;
  /** x². */
  readonly square: () => Tensor;
  /** 1/x. */
  readonly reciprocal: () => Tensor;
  /**
   * sin x. Shaders subtract a multiple of π/2 in six parts, five of them exact. That is accurate
   * up to |x| = 1e5; for larger |x| they use their own sine.
   */
  readonly sin: () => Tensor;
  /** cos x. */
  readonly cos: () => Tensor;
  /** tan x. */
  readonly tan: () => Tensor;
  /**
   * Returns the arcsine of x, for −1 ≤ x ≤ 1. Near the poles 1 − x² is computed as (1 − x)(1 + x),
   * which does not cancel. At a pole that product is 0, and its derivative would be 0 · ∞ in
   * reverse mode, so 1 − |x| takes its place. acos, acosh and atanh do the same.
   */
  readonly asin: () => Tensor;
  /** Returns the arccosine of x, for −1 ≤ x ≤ 1. */
  readonly acos: () => Tensor;
  /** Returns the arctangent of x. */
  readonly atan: () => Tensor;
  /** (e^x − e^{−x})/2. */
  readonly sinh: () => Tensor;
  /** (e^x + e^{−x})/2. */
  readonly cosh: () => Tensor;
  /**
   * Returns the hyperbolic tangent of x. Kernels use an odd polynomial near 0, and (1 −
   * e^{−2|x|})/(1 + e^{−2|x|}) further out, where the difference loses no digits.
   */
  readonly tanh: () => Tensor;
  /** Returns the inverse hyperbolic sine of x. */
  readonly asinh: () => Tensor;
  /** Returns the inverse hyperbolic cosine of x, for x ≥ 1. */
  readonly acosh: () => Tensor;
  /** Returns the inverse hyperbolic tangent of x, for −1 ≤ x ≤ 1. */
  readonly atanh: () => Tensor;
  /** 1/(1 + e^{−x}). */
  readonly sigmoid: () => Tensor;
  /**
   * Returns the derivative of sigmoid, e^{−|x|}/(1 + e^{−|x|})², which is the density of the
   * logistic distribution. tanh′(x) = 4 bell(2x). The derivative of bell is −bell(x) tanh(x/2).
   */
  readonly bell: () => Tensor;
  /** log sigmoid(x). It is finite for every finite x. */
  readonly logSigmoid: () => Tensor;
  /** log(1 + e^x). It is finite for every finite x. */
  readonly softplus: () => Tensor;
  /** max(x, 0); relu′(0) = 0. */
  readonly relu: () => Tensor;
  /** Returns the error function, 2/√π ∫₀ˣ e^{−t²} dt. */
  readonly erf: () => Tensor;
  /**
   * e^{−x²/2}. Kernels round x to a number h of 12 bits, whose square is exact, and multiply
   * e^{−h²/2} by e^{(h² − x²)/2}, whose exponent is small. The derivative is −x y, and 0 where y
   * is 0, also at ±∞.
   */
  readonly gaussian: () => Tensor;
  /** Φ(x) = (1 + erf(x/√2))/2, the normal distribution function, accurate in both tails. */
  readonly normalCdf: () => Tensor;
  /** Returns the largest integer not above x. The derivative is 0. */
  readonly floor: () => Tensor;
  /** Returns the smallest integer not below x. The derivative is 0. */
  readonly ceil: () => Tensor;
  /** Returns the nearest integer to x; a half goes to the even integer. The derivative is 0. */
  readonly round: () => Tensor;
  /** Returns 1 where x is NaN, else 0. A shader may give 0 for a NaN: see docs/numerics. */
  readonly isNaN: () => Tensor;
  /** Returns 1 where x is neither NaN nor infinite, else 0. */
  readonly isFinite: () => Tensor;
  /** Returns 1 where x is 0, else 0. */
  readonly not: () => Tensor;
  /** a + b. */
  readonly add: (b: TensorLike) => Tensor;
  /** a − b. */
  readonly sub: (b: TensorLike) => Tensor;
  /** a · b. */
  readonly mul: (b: TensorLike) => Tensor;
  /** a / b. */
  readonly div: (b: TensorLike) => Tensor;
  /**
   * a^b. For an integer b, a may be negative. 1^b and a^0 are 1 even if the other input is NaN, as
   * in C.
   */
  readonly pow: (b: TensorLike) => Tensor;
  /** a − b ⌊a/b⌋: the remainder with the sign of the divisor b. */
  readonly mod: (b: TensorLike) => Tensor;
  /**
   * Returns the angle of the point (b, a), in [−π, π]. Its derivatives are b/h² and −a/h² for h =
   * √(a² + b²), and 0 where h is infinite.
   */
  readonly atan2: (b: TensorLike) => Tensor;
  /**
   * √(a² + b²), computed so that the squares neither overflow nor underflow. The result is NaN if
   * either input is. The derivative at (0, 0) is 0. Kernel and derivatives use the ratio q of the
   * smaller magnitude to the larger, in which no digits cancel.
   */
  readonly hypot: (b: TensorLike) => Tensor;
  /** Returns the larger of a and b. At a tie each input gets half of the derivative. */
  readonly maximum: (b: TensorLike) => Tensor;
  /** Returns the smaller of a and b. At a tie each input gets half of the derivative. */
  readonly minimum: (b: TensorLike) => Tensor;
  /** Returns 1 where a = b, else 0. */
  readonly equal: (b: TensorLike) => Tensor;
  /** Returns 1 where a ≠ b, else 0. */
  readonly notEqual: (b: TensorLike) => Tensor;
  /** Returns 1 where a < b, else 0. */
  readonly less: (b: TensorLike) => Tensor;
  /** Returns 1 where a ≤ b, else 0. */
  readonly lessEqual: (b: TensorLike) => Tensor;
  /** Returns 1 where a > b, else 0. */
  readonly greater: (b: TensorLike) => Tensor;
  /** Returns 1 where a ≥ b, else 0. */
  readonly greaterEqual: (b: TensorLike) => Tensor;
  /** Returns 1 where neither a nor b is 0, else 0. */
  readonly and: (b: TensorLike) => Tensor;
  /** Returns 1 where a or b is not 0, else 0. */
  readonly or: (b: TensorLike) => Tensor;
  /**
   * Returns a where c is not 0, else b. The input that is not chosen gets a cotangent of zero,
   * even where the cotangent of the result is infinite or NaN.
   */
  readonly where: (a: TensorLike, b: TensorLike) => Tensor;
  /**
   * Returns x limited to [low, high]: min(max(x, low), high). The derivative in x is 1 at the
   * bounds.
   */
  readonly clip: (low: TensorLike, high: TensorLike) => Tensor;
  /**
   * x where x > 0, else slope · x; `slope` is 0.01 by default. The derivative at 0 is the slope.
   */
  readonly leakyRelu: (options?: { slope?: TensorLike }) => Tensor;
  /** x where x > 0, else α (e^x − 1); `alpha` is 1 by default. elu′(0) = α. */
  readonly elu: (options?: { alpha?: TensorLike }) => Tensor;
  /** x σ(x), with σ(x) = 1/(1 + e^{−x}). */
  readonly silu: () => Tensor;
  /**
   * x Φ(x), with the distribution function Φ of the standard normal distribution. This is exact,
   * not the approximation by tanh.
   */
  readonly gelu: () => Tensor;
  /**
   * 2-d cross-correlation y[n, o, i, j] = Σ_{c, p, q} w[o, c, p, q] x[n, c, i · stride + p ·
   * dilation − padding, …] of images x [N, C, H, W] with filters w [O, C / groups, h, w]; x is 0
   * outside the images. The result has shape [N, O, H′, W′], H′ = ⌊(H + 2 · padding − (h − 1) ·
   * dilation − 1)/stride⌋ + 1, and W′ likewise. Throws if channels do not agree, if `groups` does
   * not divide the filters, or if a window does not fit into the padded images.
   */
  readonly conv2d: (w: TensorLike, options?: ConvOptions) => Tensor;
  /**
   * The transpose of `conv2d` with the same options: the linear map that takes cotangents of its
   * result to cotangents of its images. It maps x [N, O, H, W] and filters w [O, C / groups, h, w]
   * to [N, C, H′, W′], H′ = (H − 1) · stride − 2 · padding + (h − 1) · dilation + 1 +
   * outputPadding. `outputPadding` adds rows and columns at the end, by default 0. Throws if it is
   * neither 0 nor less than the stride or the dilation, if channels do not agree, or if H′ or W′
   * is below 1.
   */
  readonly convTranspose2d: (w: TensorLike, given?: ConvOptions & { readonly outputPadding?: Pair }) => Tensor;
  /**
   * Returns the slices of x at `indices` along an axis, as NumPy's take does. For x [before…, n,
   * after…] the result has shape [before…, ...indices.shape, after…]. Indices are integers from −n
   * to n − 1; those below 0 count from the end. An index out of range throws if the host knows it;
   * if only a device knows it, its slice is NaN.
   */
  readonly take: (indices: TensorLike, options?: { axis?: number }) => Tensor;
  /**
   * Picks one element for each index, as PyTorch's gather does: y[i] = x[j], where j is i except
   * for j[axis] = indices[i]. Indices have x's rank, are not longer than x along the other axes,
   * and are integers from 0 to n − 1 for an axis of size n; the result has their shape. An index
   * out of range throws if the host knows it; if only a device knows it, it gives NaN. Indices of
   * any other rank make this `take`.
   */
  readonly gather: (indices: TensorLike, options?: { axis?: number }) => Tensor;
  /**
   * Returns x plus `updates` at `indices` along an axis; an index that occurs twice adds twice.
   * Indices of x's rank address elements as in `gather` (PyTorch's scatter_add); indices of any
   * other rank address slices as in `take`. Updates broadcast to the shape that `gather` or `take`
   * returns for these indices. An index out of range throws if the host knows it; if only a device
   * knows it, its update is not added.
   */
  readonly scatterAdd: (indices: TensorLike, updates: TensorLike, options?: { axis?: number }) => Tensor;
  /**
   * The mean of (prediction − target)² over all elements, a scalar; NaN if there are none. Throws
   * unless the shapes are equal or one operand is a scalar.
   */
  readonly mse: (targets: TensorLike) => Tensor;
  /**
   * The mean over all elements of e²/2 where |e| ≤ δ, else δ (|e| − δ/2), for e = prediction −
   * target. `delta` is δ > 0, 1 by default. Throws unless the shapes are equal or one operand is a
   * scalar.
   */
  readonly huber: (targets: TensorLike, options?: { delta?: number }) => Tensor;
  /**
   * Cross-entropy: the mean of −Σ_c q_c log softmax(logits)_c over all axes but `axis`, that of
   * the classes (by default the last). `labels` are class indices, of the logits' shape without
   * that axis, or the probabilities q, of the logits' shape. They need not add up to 1. Throws for
   * other shapes. An index that is no class throws if the host knows it; if only a device knows
   * it, the loss is NaN.
   */
  readonly crossEntropy: (labels: TensorLike, options?: { axis?: number }) => Tensor;
  /**
   * Binary cross-entropy: the mean of −(z log σ(x) + (1 − z) log(1 − σ(x))) over all elements, for
   * logits x, targets z from 0 to 1 and σ(x) = 1/(1 + e^{−x}). Throws unless the shapes are equal
   * or one operand is a scalar.
   */
  readonly bceWithLogits: (targets: TensorLike) => Tensor;
  /**
   * The matrix product y[…, i, j] = Σ_k a[…, i, k] b[…, k, j]. Axes before the last two are
   * batches and broadcast. An operand of rank 1 is a vector [k], and the result lacks its axis:
   * [i, k] times [k] is [i], and [k] times [k] is a scalar. Throws if the sizes k differ, if
   * batches do not broadcast, or if an operand is a scalar.
   */
  readonly matmul: (b: TensorLike) => Tensor;
  /**
   * The elements of x in the same row-major order, in another shape. One size may be −1: it
   * follows from the others. Throws if the numbers of elements differ.
   */
  readonly reshape: (shape: Shape) => Tensor;
  /**
   * x with its axes in another order: axis i of the result is axis order[i] of x. Throws unless
   * the order names each axis once.
   */
  readonly permute: (order: Shape) => Tensor;
  /**
   * x with its axes reversed, or in the given order, as NumPy's transpose. Throws unless the order
   * names each axis once.
   */
  readonly transpose: (order?: Shape) => Tensor;
  /**
   * x repeated along new leading axes and along its axes of size 1, so that it has `shape`. Throws
   * if another axis differs from `shape`.
   */
  readonly broadcastTo: (shape: Shape) => Tensor;
  /**
   * x without its axes of size 1, or without the axes that `axis` names. Throws if one of those
   * has another size.
   */
  readonly squeeze: (options?: { axis?: number | readonly number[] }) => Tensor;
  /**
   * x with new axes of size 1; `axis` gives their positions in the result. Throws if two are equal
   * or lie outside of it.
   */
  readonly unsqueeze: (axis: number | readonly number[]) => Tensor;
  /**
   * The part of x with indices from starts[a] to below ends[a] along each axis a. A missing start
   * is 0, and a missing end is the axis's size. Negative bounds count from the end of the axis.
   * Bounds beyond the axis are moved to its ends, and an end before its start gives size 0. Throws
   * if there are more bounds than axes.
   */
  readonly slice: (starts: Shape, ends?: Shape) => Tensor;
  /**
   * x surrounded by copies of `value`, by default 0. `widths` has one pair [before, after] for
   * each axis. Throws unless all widths are non-negative integers.
   */
  readonly pad: (widths: readonly (readonly [number, number])[], options?: { value?: number }) => Tensor;
  /** x in reverse order along the axes that `axis` names, by default along all. */
  readonly flip: (options?: { axis?: number | readonly number[] }) => Tensor;
  /**
   * Splits x along `axis`, by default 0, and returns the pieces in order. A number `parts` is the
   * count of equal pieces; a list gives the pieces' sizes along the axis. Throws if the axis
   * cannot be divided evenly or if the sizes do not add up to it.
   */
  readonly split: (parts: number | readonly number[], options?: { axis?: number }) => Tensor[];
  /**
   * Batch normalisation of x [N, C, …]: (x − mean) / √(variance + eps) · scale + offset, with one
   * mean, variance, scale and offset for each channel. Mean and variance of x are taken over all
   * axes but C; the variance divides by their number of elements n. Throws if x has fewer than two
   * axes or if an option's shape is not [C].
   */
  readonly batchNorm: (options?: BatchNormOptions) => Tensor;
  /**
   * Layer normalisation: (x − mean) / √(variance + eps), with mean and variance over the last
   * axis. The variance divides by the axis's size n; `eps` is 1e-5 by default. Throws for a
   * scalar.
   */
  readonly layerNorm: (options?: { eps?: number }) => Tensor;
  /**
   * The maximum of each window of images x [N, C, H, W]; it is NaN if the window holds NaN. The
   * result has shape [N, C, H′, W′], H′ = ⌊(H + 2 · padding − size)/stride⌋ + 1, and W′ likewise.
   * Padding counts as −∞. Of equal maxima the first receives the derivative. Throws if a window
   * does not fit into the padded images or if the padding exceeds half the size.
   */
  readonly maxPool2d: (options: PoolOptions) => Tensor;
  /**
   * The mean of each window of images x [N, C, H, W], where padding counts as zeros. Shapes and
   * errors are those of `maxPool2d`.
   */
  readonly avgPool2d: (options: PoolOptions) => Tensor;
  /** Σ x over `axis`, by default over all axes; 0 over an empty axis. */
  readonly sum: (options?: ReduceOptions) => Tensor;
  /**
   * Π x over `axis`, by default over all axes; 1 over an empty axis. The derivative with respect
   * to an element is the product of all others, so it is right where there are zeros.
   */
  readonly prod: (options?: ReduceOptions) => Tensor;
  /**
   * The maximum over `axis`, by default over all axes; NaN if an element is NaN. Tied elements
   * share the derivative evenly. Throws over an empty axis.
   */
  readonly max: (options?: ReduceOptions) => Tensor;
  /**
   * The minimum over `axis`, by default over all axes; NaN if an element is NaN. Tied elements
   * share the derivative evenly. Throws over an empty axis.
   */
  readonly min: (options?: ReduceOptions) => Tensor;
  /** Σ x / n over `axis`, by default over all n elements; NaN over an empty axis. */
  readonly mean: (options?: ReduceOptions) => Tensor;
  /**
   * The mean of (x − mean)² over `axis`, by default over all axes. It divides by n, not by n − 1,
   * and is NaN over an empty axis.
   */
  readonly variance: (options?: ReduceOptions) => Tensor;
  /**
   * √variance over `axis`, by default over all axes. It divides by n, not by n − 1, and is NaN
   * over an empty axis. Its derivative is 0 where the variance is 0.
   */
  readonly std: (options?: ReduceOptions) => Tensor;
  /**
   * √Σ x² over `axis`, by default over all axes; 0 over an empty axis. No square overflows or
   * vanishes. The derivative at 0 is 0.
   */
  readonly norm: (options?: ReduceOptions) => Tensor;
  /** log Σ e^x over `axis`, by default over all axes; −∞ over an empty axis. No e^x overflows. */
  readonly logSumExp: (options?: ReduceOptions) => Tensor;
  /**
   * The index of the first maximum along `axis`, by default in the flattened tensor. The first NaN
   * counts as the maximum. It is a constant to differentiation. Throws over an empty axis.
   */
  readonly argMax: (options?: { axis?: number; keepDims?: boolean }) => Tensor;
  /**
   * The index of the first minimum along `axis`, by default in the flattened tensor. The first NaN
   * counts as the minimum. It is a constant to differentiation. Throws over an empty axis.
   */
  readonly argMin: (options?: { axis?: number; keepDims?: boolean }) => Tensor;
  /**
   * Cumulative sums y_i = x_0 + … + x_i along `axis`, by default 0, in the shape of x. Throws for
   * a scalar.
   */
  readonly cumsum: (options?: { axis?: number }) => Tensor;
  /**
   * e^{x_i} / Σ_j e^{x_j} along `axis`, by default the last, in the shape of x. No e^x overflows.
   * Throws for a scalar.
   */
  readonly softmax: (options?: { axis?: number }) => Tensor;
  /**
   * x_i − log Σ_j e^{x_j} along `axis`, by default the last, in the shape of x. No e^x overflows.
   * Throws for a scalar.
   */
  readonly logSoftmax: (options?: { axis?: number }) => Tensor;
  /**
   * Sorts along `axis`, by default the last, in ascending order and returns [values, indices],
   * both in the shape of x. Equal elements keep their order; NaN comes last. The derivative of
   * each value goes to the element it came from. Throws for a scalar.
   */
  readonly sort: (options?: { axis?: number }) => [values: Tensor, indices: Tensor];
  /**
   * Returns [values, indices] of the k largest elements along `axis`, by default the last, largest
   * first. Of equal elements the first comes first; NaN counts as largest. The derivative of each
   * value goes to the element it came from. Throws unless k is an integer from 0 to the axis's
   * size.
   */
  readonly topK: (k: number, options?: { axis?: number }) => [values: Tensor, indices: Tensor];
}
