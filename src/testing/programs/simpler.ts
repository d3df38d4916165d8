import { storageOf } from '../../device/storage.ts';
import type { Node } from '../../graph/node.ts';
import { sameShape } from '../../graph/shape.ts';
import { bounded } from './bounded.ts';
import { build, data, only, results, type Program } from './program.ts';
import type { Bounded } from './rounding.ts';

/**
 * Yields smaller programs than one that failed, the smallest first: with one of several results;
 * without the last steps; with a step bypassed; with a step replaced by the elements it gives.
 */
export function* simpler(program: Program): Generator<Program> {
  const ends = results(program);
  if (ends.length > 1) for (const end of ends) yield only(program, [end]);
  if (ends.length > 1)
    for (const end of ends)
      yield only(
        program,
        ends.filter((i) => i !== end),
      );
  for (const end of ends) {
    const { inputs } = program[end]!;
    const rest = [...ends.filter((i) => i !== end), ...inputs];
    if (inputs.length > 0) yield only(program, rest);
  }
  const made = build(program);
  const known = new Map<Node, Bounded>();
  for (let i = program.length - 1; i >= 0; i--) {
    const { inputs } = program[i]!;
    if (inputs.length === 0) continue;
    const { shape, node } = made[i]!;
    const numbers = Array.from(bounded([node], 'ieee', known)[0]!.value, Math.fround);
    const replaced = program.with(i, data(shape, numbers));
    yield only(replaced, ends);
    for (const x of inputs) {
      if (!sameShape(made[x]!.shape, shape)) continue;
      const moved = program.map((s) => ({ ...s, inputs: s.inputs.map((y) => (y === i ? x : y)) }));
      yield only(
        moved,
        ends.map((end) => (end === i ? x : end)),
      );
    }
  }
  for (const [i, step] of program.entries()) {
    if (step.inputs.length > 0) continue;
    const numbers = Array.from(storageOf(made[i]!.node).peek() ?? []);
    const plain = numbers.map((x) => Math.sign(x) * Math.ceil(Math.abs(x)));
    if (plain.some((x, n) => x !== numbers[n])) yield program.with(i, data(made[i]!.shape, plain));
  }
}
