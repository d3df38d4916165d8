import type { KernelCode, Nest } from '../../kernel/code.ts';
import { Dependencies } from '../../kernel/dependencies.ts';
import type { Grid } from './rows.ts';
import * as w from './assembler.ts';
import type { Wasm } from './assembler.ts';
import { element, row } from './integers.ts';
import { loopOf, Numbers } from './numbers.ts';
import { Locals, Scope } from './scopes.ts';
import { blockLength, blocked } from './blocks.ts';

/** The function's parameters. Its first, where the arguments stand, is known to `Integers`. */
const [firstRow, endRow, first, end, scratch] = [1, 2, 3, 4, 5] as const;
const params = 6;

/**
 * Writes a loop whose counter `at` goes from one local's value to before another's, by so much in a
 * turn; where fewer than `least` are left, the last so many are done. There is at least one turn.
 */
const along = (at: number, [from, to]: readonly [number, number], by: number, least: number, ...body: Wasm[]): Wasm =>
  w.seq(
    w.let_(at, w.get(from)),
    w.doWhile(
      ...body,
      w.step(at, w.integer(by)),
      w.seq(w.get(at), w.get(to), w.less),
      w.let_(at, w.least(w.get(at), w.seq(w.get(to), w.integer(-least), w.add))),
    ),
  );

/**
 * Writes a kernel as a WebAssembly module with one function, run(args, row, endRow, x, endX,
 * scratch). It computes the rows from `row` to before `endRow`, in each the elements from x to
 * before endX, at least four unless they are all there are. At `args` stand the addresses of the
 * result and of the arrays and then the scalars, four bytes each; what a block of elements keeps
 * between turns of a loop lies at `scratch`.
 *
 * Four adjacent elements are computed at once; the last four of a row may overlap those before, so
 * there is no code for single elements.
 */
export function emit(code: KernelCode, grid: Grid, sharedPages: number | undefined): Uint8Array<ArrayBuffer> {
  const dependencies = new Dependencies(code.places);
  const locals = new Locals(params);
  const numbers = new Numbers(code, dependencies, locals, grid.inner);
  const result = code.results[0]!;
  const [at, y] = [locals.fresh(w.i32), locals.fresh(w.i32)];

  const outside = new Scope();
  const inRow = outside.turn(row, y);
  const write = (scope: Scope): void => {
    const [address, value] = [numbers.pointer(0, grid.place, scope), numbers.value(result, scope)];
    scope.add(address, value, w.store(0));
  };
  const nest = grid.inBlocks ? blocked(result, dependencies) : undefined;
  if (nest) inRow.add(inBlocks(nest, at, inRow, numbers, write));
  else {
    const four = inRow.turn(element, at);
    numbers.nested(grid.loops, four, write);
    inRow.add(along(at, [first, end], 4, 4, four.whole));
  }
  outside.add(w.let_(y, w.get(firstRow)), w.upTo(w.get(endRow), y, 1, inRow.whole));
  return w.moduleOf(sharedPages, params, locals.types, outside.code, numbers.imports);
}

/**
 * Writes a loop each of whose turns goes along a block of elements, with sums kept from one turn to
 * the next, and then, by `write`, the results of the block. The counter of elements is `at`.
 */
function inBlocks(nest: Nest, at: number, inRow: Scope, numbers: Numbers, write: (scope: Scope) => void): Wasm {
  const { counters, folds } = nest;
  const fresh = (): number => numbers.locals.fresh(w.i32);
  const [start, stop, kept, isFirst] = [fresh(), fresh(), fresh(), fresh()];
  const block = inRow.turn('block', start);
  const turn = block.turn(counters[0]!.name, fresh());
  const sums = folds.map(() => numbers.locals.fresh(w.v128));
  /** Repeats a scope along the block, eight elements in a turn. */
  const elements = ({ whole }: Scope): Wasm => {
    const four: Wasm = w.seq(whole, w.step(kept, w.integer(16 * sums.length)));
    const eight = along(at, [start, stop], 4, 8, four, w.step(at, w.integer(4)), four);
    return w.seq(w.let_(kept, w.get(scratch)), eight);
  };
  const one = turn.turn(element, at);
  sums.forEach((local, i) => {
    const identity = numbers.identity(folds[i]!, inRow.parent!);
    one.add(w.seq(w.get(isFirst), w.choose(identity, w.seq(w.get(kept), w.load(16 * i)))), w.let_(local));
  });
  numbers.accumulate(nest, sums, one);
  sums.forEach((local, i) => one.add(w.get(kept), w.get(local), w.store(16 * i)));
  turn.add(elements(one), w.let_(isFirst, w.integer(0)));
  block.add(loopOf(turn, counters[0]!.size));

  const after = block.turn(element, at);
  sums.forEach((local, i) => after.add(w.let_(local, w.get(kept), w.load(16 * i))));
  numbers.end(nest, sums, after);
  write(after);
  block.add(elements(after));
  return along(
    start,
    [first, end],
    blockLength,
    8,
    w.let_(stop, w.least(w.seq(w.get(start), w.integer(blockLength), w.add), w.get(end))),
    w.let_(isFirst, w.integer(1)),
    block.whole,
  );
}
