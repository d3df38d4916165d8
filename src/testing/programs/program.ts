import type { Shape } from '../../graph/node.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Returns a random integer from 0 to n − 1. */
export type Random = (n: number) => number;

/**
 * One step of a program: data, or an operation on earlier steps, which it names by their indices.
 */
export interface Step {
  readonly name: string;
  readonly inputs: readonly number[];
  readonly run: (...xs: Tensor[]) => Tensor;
}

/** A list of steps, each of which reads earlier ones. A step that no other reads is a result. */
export type Program = readonly Step[];

/** A step without inputs that holds numbers, which must be exact in float32. */
export const data = (shape: Shape, numbers: readonly number[]): Step => ({
  name: 'data',
  inputs: [],
  run: () => tensor(Float64Array.from(numbers), { shape }),
});

/** Builds the tensors of all steps. Equal programs give equal graphs on new leaves. */
export function build(program: Program): Tensor[] {
  const made: Tensor[] = [];
  for (const step of program) made.push(step.run(...step.inputs.map((i) => made[i]!)));
  return made;
}

/** The indices of the steps that no other step reads. */
export function results(program: Program): number[] {
  const read = new Set(program.flatMap((step) => step.inputs));
  return [...program.keys()].filter((i) => !read.has(i));
}

/** The subprogram that computes the steps in `kept` and everything they need. */
export function only(program: Program, kept: readonly number[]): Program {
  const needed = new Set(kept);
  for (let i = program.length - 1; i >= 0; i--) if (needed.has(i)) program[i]!.inputs.forEach((x) => needed.add(x));
  const order = [...needed].sort((a, b) => a - b);
  const place = new Map(order.map((old, at) => [old, at]));
  return order.map((i) => ({ ...program[i]!, inputs: program[i]!.inputs.map((x) => place.get(x)!) }));
}
