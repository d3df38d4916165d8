import type { Tensor } from '../../tensor/tensor.ts';

/** An admissible keep function: increasing, from [0, 1] to [0, 1], odd about (½, ½). */
export interface Keep {
  readonly name: string;
  /** As the node takes it. */
  readonly keep: (p: Tensor) => Tensor;
  /** As a number. */
  readonly f: (P: number) => number;
}

/** Some that are not linear; a step among them, flat but for one jump. */
export const keepFunctions: readonly Keep[] = [
  {
    name: 'logistic, slope 1 at ½',
    keep: (p) => p.sub(0.5).mul(4).sigmoid(),
    f: (P) => 1 / (1 + Math.exp(-4 * (P - 0.5))),
  },
  {
    name: 'cubic, flat at ½',
    keep: (p) => p.sub(0.5).mul(p.sub(0.5).square()).mul(4).add(0.5),
    f: (P) => 4 * (P - 0.5) ** 3 + 0.5,
  },
  {
    name: 'sine, steep at ½',
    keep: (p) => p.sub(0.5).mul(Math.PI).sin().mul(0.5).add(0.5),
    f: (P) => 0.5 + 0.5 * Math.sin(Math.PI * (P - 0.5)),
  },
  {
    name: 'step',
    keep: (p) => p.sub(0.5).sign().mul(0.3).add(0.5),
    f: (P) => 0.5 + 0.3 * Math.sign(P - 0.5),
  },
];
