import { sizeOf, type Node } from '../../graph/node.ts';
import { body } from '../../kernel/body.ts';
import type { Kernel } from '../../kernel/code.ts';
import type { Dialect } from './dialect.ts';
import type { Compiled, KernelStep, Lowered } from '../compile.ts';
import type { Texts } from '../executor.ts';
import type { Asked } from './kernels.ts';
import { laneCount, print, type Source } from './print.ts';
import type { ShaderDevice } from './shaderDevice.ts';
import type { Tiled } from './tiles.ts';

/** A kernel's source, and how its threads lie on the result. */
export interface KernelText extends Source {
  /** How many numbers a thread computes: one, or four neighbours in each of several rows. */
  readonly lanes: number;
  /** How long these rows are. */
  readonly row?: number;
}

/** The same, with the kernel that it was written from. */
export interface KernelSource extends KernelText {
  readonly kernel: Kernel;
}

export const lowered = ({ kernel, ...text }: KernelSource): Lowered<KernelText> => ({
  ...kernel,
  kind: 'kernel',
  kernel: text,
});

/** What the kernel of a step is made of. */
export function askedFor({ kernel, code, size, scalars }: KernelStep<KernelText>): Asked {
  const { text, lanes, row, numbers } = kernel;
  return { source: text, size, lanes, row, sizes: code!.sizes, scalars: scalars.length + numbers.length };
}

/** The numbers that a step is given after its arrays. */
export const numbersFor = ({ kernel, scalars }: KernelStep<KernelText>, values: readonly number[]): number[] => [
  ...scalars.map((slot) => values[slot]!),
  ...kernel.numbers,
];

/** The texts of a plan's kernels; `generated` gives what gpu.js made of one. */
export const textsOf = (
  { steps }: Compiled<KernelText>,
  generated: (step: KernelStep<KernelText>) => string | null | undefined,
): Map<KernelStep, Texts> =>
  new Map(
    steps
      .filter((step) => step.kind !== 'host')
      .map((step) => [step, { javascript: step.kernel.text, generated: generated(step) ?? '' }]),
  );

export const tiledSource = ({ kernel, row }: Tiled, dialect: Dialect): KernelSource => ({
  ...print(kernel.code, dialect),
  kernel,
  lanes: kernel.code.results.length,
  row,
});

/**
 * The kernel that computes `root`, and `fused` on the way, for threads of a GPU or one after the
 * other on `cpu`.
 */
export function kernelSource(
  root: Node,
  fused: readonly Node[],
  isBuffer: (node: Node) => boolean,
  { dialect, tiled }: Pick<ShaderDevice, 'dialect' | 'tiled'>,
): KernelSource {
  const isProduct = [root, ...fused].some((node) => node.op === 'contract');
  const source = sizeOf(root.shape) % laneCount === 0 ? tiled?.(root, isProduct, isBuffer) : undefined;
  if (source) return source;
  const kernel = body(root, isBuffer);
  return { ...print(kernel.code, dialect), kernel, lanes: 1 };
}
