import { sizeOf, type Node } from '../../graph/node.ts';
import { topological } from '../../graph/walk.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { bounded } from './bounded.ts';
import { choices } from './choices.ts';
import { chains } from './choices/chains.ts';
import { newShape, numbers, onLast, pick, type Choice } from './pool.ts';
import { data, type Random, type Step } from './program.ts';
import type { Bounded } from './rounding.ts';

/** The largest number of nodes in a program's graph; programs aim for about that many. */
export const mostNodes = 60;

/**
 * Says whether all elements are of moderate size and known to a relative error of a thousandth: no
 * pole, no overflow, nothing undecided.
 */
const tame = ({ value, error }: Bounded): boolean =>
  value.every((x, i) => Math.abs(x) < 1000 && error[i]! < 1e-3 * (1 + Math.abs(x)));

const newData = (random: Random): Step => {
  const shape = random(30) === 0 ? [pick(random, [2049, 2560, 3001])] : newShape(random);
  return data(shape, numbers(random, sizeOf(shape)));
};

/**
 * Generates a random program of well-typed steps on a few arrays of data. Steps reuse earlier
 * results. A step whose result would be undecided or out of range is rejected. `more` adds groups
 * of choices; all groups are equally likely, but for `chains`.
 */
export function randomProgram(random: Random, more: readonly (readonly Choice[])[] = []): Step[] {
  const groups = [...choices, ...more];
  const program: Step[] = [];
  const made: Tensor[] = [];
  const known = new Map<Node, Bounded>();
  const take = (step: Step): boolean => {
    const tensor = step.run(...step.inputs.map((i) => made[i]!));
    if (!tame(bounded([tensor.node], 'shader', known)[0]!)) return false;
    if (
      topological(
        [...made, tensor].map((t) => t.node),
        () => false,
      ).length > mostNodes
    )
      return false;
    program.push(step);
    made.push(tensor);
    return true;
  };
  for (let n = 2 + random(3); n > 0; n--) take(newData(random));
  const wanted = 2 + random(mostNodes);
  for (let tries = 0; tries < 80 && program.length < wanted; tries++) {
    const followers = chains[program.at(-1)!.name];
    const choice = followers && random(3) > 0 ? onLast(pick(random, followers)) : pick(random, pick(random, groups));
    const shapes = made.map((t) => t.shape);
    const step = random(12) === 0 ? newData(random) : choice(random, shapes);
    if (step) take(step);
  }
  return program;
}

/** The nodes of a graph that are operations. */
export const operations = (outputs: readonly Node[]): Node[] =>
  topological(outputs, () => false).filter((n) => n.inputs.length > 0 && n.op !== 'constant');
