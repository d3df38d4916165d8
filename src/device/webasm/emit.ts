import type { KernelCode, Nest } from '../../kernel/code.ts';
import { Dependencies } from '../../kernel/dependencies.ts';
import type { Grid } from './rows.ts';
import * as w from './assembler.ts';
import type { Wasm } from './assembler.ts';
import { element, row } from './integers.ts';
import { loopOf, Numbers } from './numbers.ts';
import { Locals, Scope } from './scopes.ts';
import { blockLength, blocked } from './blocks.ts';

/** The function's parameters. Parameter 0 is the address of the arguments; see integers.ts. */
const [firstRow, endRow, first, end, scratch] = [1, 2, 3, 4, 5] as const;
const params = 6;

/**
 * Writes a loop whose counter `at` goes from the local `from` to below the local `to`, in steps of
 * `by`. If fewer than `least` places remain, the last iteration moves back, to `to` − `least`.
 * There is at least one iteration.
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
 * scratch). The function computes rows from `row` to below `endRow`, and in each row the elements
 * from x to below endX, which must be at least four unless the row is shorter. `args` is the
 * address of the arguments, four bytes each: the addresses of the result and of the arrays, then
 * the scalars. `scratch` holds the sums of a block between iterations of a loop.
 *
 * Four adjacent elements are computed at once. The last four of a row may overlap the four before,
 * so no code for single elements is needed.
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
 * Writes a loop over the blocks of a row. For each block it runs the loop of `nest`. Each iteration
 * of that loop goes along the elements of the block and updates their sums, which are kept in
 * scratch. Then `write` writes the results of the block. The counter of elements is `at`.
 */
function inBlocks(nest: Nest, at: number, inRow: Scope, numbers: Numbers, write: (scope: Scope) => void): Wasm {
  const { counters, folds } = nest;
  const fresh = (): number => numbers.locals.fresh(w.i32);
  const [start, stop, kept, isFirst] = [fresh(), fresh(), fresh(), fresh()];
  const block = inRow.turn('block', start);
  const turn = block.turn(counters[0]!.name, fresh());
  const sums = folds.map(() => numbers.locals.fresh(w.v128));
  /** Repeats a scope along the block, for eight elements in each iteration. */
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
