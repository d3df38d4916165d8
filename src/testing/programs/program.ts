import type { Shape } from '../../graph/node.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** A whole number from 0 to n − 1. */
export type Random = (n: number) => number;

/** One line of a program: data, or an operation on earlier lines, named by their places. */
export interface Step {
  readonly name: string;
  readonly inputs: readonly number[];
  readonly run: (...xs: Tensor[]) => Tensor;
}

/** Steps, each of which reads earlier ones. What no step reads is a result. */
export type Program = readonly Step[];

/** A step without inputs that holds numbers; they must be exact in float32. */
export const data = (shape: Shape, numbers: readonly number[]): Step => ({
  name: 'data',
  inputs: [],
  run: () => tensor(Float64Array.from(numbers), { shape }),
});

/** The tensors of all steps; equal programs give equal graphs on new leaves. */
export function build(program: Program): Tensor[] {
  const made: Tensor[] = [];
  for (const step of program) made.push(step.run(...step.inputs.map((i) => made[i]!)));
  return made;
}

/** The places of the steps that no other reads. */
export function results(program: Program): number[] {
  const read = new Set(program.flatMap((step) => step.inputs));
  return [...program.keys()].filter((i) => !read.has(i));
}

/** The program that computes the steps in `kept` and what they need. */
export function only(program: Program, kept: readonly number[]): Program {
  const needed = new Set(kept);
  for (let i = program.length - 1; i >= 0; i--) if (needed.has(i)) program[i]!.inputs.forEach((x) => needed.add(x));
  const order = [...needed].sort((a, b) => a - b);
  const place = new Map(order.map((old, at) => [old, at]));
  return order.map((i) => ({ ...program[i]!, inputs: program[i]!.inputs.map((x) => place.get(x)!) }));
}
