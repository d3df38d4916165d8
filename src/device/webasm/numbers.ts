import { reduce, type ReduceKind } from '../../../kernels/reduce.ts';
import { memo } from '../../graph/memo.ts';
import { foldsOfSide, isTruth, type Code, type Comparison, type Fold, type Nest } from '../../kernel/code.ts';
import * as w from './assembler.ts';
import type { Import, Wasm } from './assembler.ts';
import { element, Integers, isWhole } from './integers.ts';
import type { Scope } from './scopes.ts';

const bias = w.integers(127, 127, 127, 127);
/** The instructions of calls that need only their arguments on the stack. */
const instructions: Readonly<Record<string, Wasm>> = {
  ...w.calls,
  exponentOf: w.seq(w.integer(23), w.ints.shiftRightZeros, bias, w.ints.sub, w.floats.fromInts),
};

/**
 * Tells whether a call has no instructions here, so that JavaScript's Math computes it, one number
 * after the other.
 */
const isHostCall = (code: Code & { kind: 'call' }): boolean =>
  !(code.name in instructions) && code.name !== 'where' && code.name !== 'timesTwoTo' && !isTruth(code);

const isBitwise = (name: string): name is 'and' | 'or' | 'not' => name in w.bits;
const isZeroCode = (code: Code): boolean => code.kind === 'number' && Object.is(code.value, 0);

/**
 * Writes the instructions for numbers. A vector holds the numbers of four elements, or one number
 * four times.
 */
export class Numbers extends Integers {
  readonly imports: Import[] = [];
  readonly #ids = new Map<object, number>();

  /** Returns the number of an object, which is part of the keys of its values. */
  #id(of: object): number {
    return memo(this.#ids, of, () => this.#ids.size);
  }

  override value(code: Code, scope: Scope): Wasm {
    if (code.kind === 'number') return this.#constant(code.value, scope);
    if (code.kind === 'scalar') return this.scalar(code.at, scope);
    if (code.kind === 'fold') return this.#folded(code, scope);
    return this.locals.named(`v${this.#id(code)}`, w.v128, this.dependencies.ofCode(code), scope, (home) => {
      if (code.kind === 'index') return w.seq(this.fourOf(code, home), w.floats.fromInts);
      if (code.kind === 'read') return this.read(code.array, code.index, home);
      return this.#call(code, home);
    });
  }

  /** Pushes a vector that repeats a number. */
  #constant(value: number, scope: Scope): Wasm {
    if (Object.is(value, 0)) return w.zero;
    const key = Object.is(value, -0) ? '-0' : `${value}`;
    return this.locals.named(`c${key}`, w.v128, new Set(), scope, () => w.float(value));
  }

  /** Pushes the result of a call. */
  #call(code: Code & { kind: 'call' }, scope: Scope): Wasm {
    const { name, args } = code;
    if (isTruth(code)) return w.seq(this.#mask(code, scope), this.#constant(1, scope), w.bits.and);
    if (name === 'where') return this.#choice(args as [Code, Code, Code], scope);
    if (name === 'timesTwoTo') return this.#timesTwoTo(args[0]!, args[1]!, scope);
    const values = args.map((a) => this.value(a, scope));
    if (name in instructions) return w.seq(...values, instructions[name]!);
    return this.#hostCall(name, values, this.dependencies.ofCode(code).has(element) ? 4 : 1);
  }

  /**
   * Pushes p·2ⁿ. It multiplies by two powers of about half the exponent, so that neither overflows,
   * and writes their exponents as bits.
   */
  #timesTwoTo(p: Code, n: Code, scope: Scope): Wasm {
    const [whole, half] = [this.locals.fresh(w.v128), this.locals.fresh(w.v128)];
    const halved = w.seq(
      w.let_(whole, this.fourOf(n, scope)),
      w.let_(half, w.get(whole), w.integer(1), w.ints.shiftRight),
    );
    const scaled = w.seq(bias, w.ints.add, w.integer(23), w.ints.shiftLeft, w.floats.mul);
    return w.seq(halved, this.value(p, scope), w.get(half), scaled, w.get(whole), w.get(half), w.ints.sub, scaled);
  }

  /**
   * Calls a function of JavaScript's Math with each of the first `count` numbers. If `count` is 1,
   * all four results are that one.
   */
  #hostCall(name: string, values: readonly Wasm[], count: 1 | 4): Wasm {
    let index = this.imports.findIndex((i) => i.name === name);
    if (index < 0) index = this.imports.push({ name, params: values.length }) - 1;
    const one = (i: number): Wasm =>
      w.seq(...values.map((value) => w.seq(value, w.floats.element(i))), w.callImport(index));
    const others = [1, 2, 3].map((i) => w.seq(one(i), w.floats.replace(i)));
    return w.seq(one(0), w.floats.splat, count === 4 ? others : []);
  }

  /** Pushes a mask whose bits are set for the elements where a code is true, or not 0. */
  #mask(code: Code, scope: Scope): Wasm {
    return this.locals.named(`m${this.#id(code)}`, w.v128, this.dependencies.ofCode(code), scope, (home) => {
      if (!isTruth(code)) return w.seq(this.value(code, home), w.zero, w.floats.notEqual);
      const { name, args } = code;
      if (isBitwise(name)) return w.seq(...args.map((a) => this.#mask(a, home)), w.bits[name]);
      if (args.every(isWhole)) return w.seq(...args.map((a) => this.fourOf(a, home)), w.ints[name as Comparison]);
      return w.seq(...args.map((a) => this.value(a, home)), w.floats[name as Comparison]);
    });
  }

  /**
   * Pushes one of two values for each element. A costly branch is skipped if none of the four
   * elements needs it.
   */
  #choice([test, value, otherwise]: readonly [Code, Code, Code], scope: Scope): Wasm {
    const mask = this.#mask(test, scope);
    const yes = this.#isCostly(value, [otherwise, test], scope);
    const no = this.#isCostly(otherwise, [value, test], scope);
    if (!yes && !no) {
      if (isZeroCode(value)) return w.seq(this.value(otherwise, scope), mask, w.bits.andNot);
      if (isZeroCode(otherwise)) return w.seq(this.value(value, scope), mask, w.bits.and);
      return w.seq(this.value(value, scope), this.value(otherwise, scope), mask, w.bits.select);
    }
    const result = this.locals.fresh(w.v128);
    scope.add(w.let_(result, yes ? (no ? w.zero : this.value(otherwise, scope)) : this.value(value, scope)));
    const branch = (side: Code, ...condition: Wasm[]): void => {
      const inside = scope.branch();
      const one = this.value(side, inside);
      const both = side === value ? [one, w.get(result)] : [w.get(result), one];
      inside.add(w.let_(result, ...both, mask, w.bits.select));
      scope.add(...condition, w.ifSo(inside.whole));
    };
    if (yes) branch(value, mask, w.bits.anyTrue);
    if (no) branch(otherwise, mask, w.ints.allTrue, w.isZero);
    return w.get(result);
  }

  /**
   * Tells whether a branch of a choice needs a loop, or calls the host, and this has not been
   * computed yet.
   */
  #isCostly(side: Code, others: readonly Code[], scope: Scope): boolean {
    const isNew = (fold: Fold): boolean => scope.find(`t${this.#id(fold)}`) === undefined;
    return this.#callsHost(side, scope) || foldsOfSide(side, ...others).some(isNew);
  }

  #callsHost(code: Code, scope: Scope, seen = new Set<Code>()): boolean {
    if (code.kind !== 'call' || seen.has(code) || scope.find(`v${this.#id(code)}`) !== undefined) return false;
    seen.add(code);
    return isHostCall(code) || code.args.some((a) => this.#callsHost(a, scope, seen));
  }

  /** Pushes the result of a fold. Adds its loop unless a scope has it already. */
  #folded({ nest, fold }: Code & { kind: 'fold' }, scope: Scope): Wasm {
    const key = `t${this.#id(fold)}`;
    if (scope.find(key) === undefined) {
      const home = scope.homeOf(this.dependencies.ofNest(nest));
      const sums = this.begin(nest, home);
      this.nested(nest.counters, home, (turn) => this.accumulate(nest, sums, turn));
      this.end(nest, sums, home);
    }
    return w.get(scope.find(key)!);
  }

  /**
   * Adds nested loops to a scope. `fill` writes the body of the innermost loop; if there are no
   * loops, it writes to the scope itself.
   */
  nested([first, ...inner]: Nest['counters'], scope: Scope, fill: (turn: Scope) => void): void {
    if (!first) return fill(scope);
    const turn = scope.turn(first.name, this.locals.fresh(w.i32));
    this.nested(inner, turn, fill);
    scope.add(loopOf(turn, first.size));
  }

  /** Takes a local for each fold of a nest and sets it to the fold's identity. */
  begin({ folds }: Nest, scope: Scope): readonly number[] {
    const sums = folds.map(() => this.locals.fresh(w.v128));
    folds.forEach((fold, i) => scope.add(w.let_(sums[i]!, this.identity(fold, scope))));
    return sums;
  }

  /** Pushes the identity of a fold. */
  identity({ by }: Fold, scope: Scope): Wasm {
    return this.#constant(reduce[by].identity, scope);
  }

  /** Combines one more value into each fold of a nest. */
  accumulate({ folds }: Nest, sums: readonly number[], turn: Scope): void {
    folds.forEach(({ by, value }, i) => {
      const next = this.value(value, turn);
      turn.add(w.let_(sums[i]!, accumulated(by, w.get(sums[i]!), next)));
    });
  }

  /** Records that these locals hold the results of a nest's folds. */
  end({ folds }: Nest, sums: readonly number[], scope: Scope): void {
    folds.forEach((fold, i) => scope.keep(`t${this.#id(fold)}`, sums[i]!));
  }
}

/** Writes a loop over the instructions of an iteration. Its counter goes from 0 to `size` − 1. */
export function loopOf(turn: Scope, size: number): Wasm {
  const { local } = turn.counter!;
  return w.seq(w.let_(local, w.integer(0)), w.upTo(w.integer(size), local, 1, turn.whole));
}

/** Pushes the combination of a fold's value so far and its next value. */
function accumulated(by: ReduceKind, sum: Wasm, next: Wasm): Wasm {
  if (by === 'sum') return w.seq(sum, next, w.floats.add);
  if (by === 'prod') return w.seq(sum, next, w.floats.mul);
  // A NaN that is met once stays.
  const better = by === 'max' ? w.floats.greater : w.floats.less;
  return w.seq(next, sum, sum, sum, w.floats.equal, sum, next, better, w.bits.andNot, w.bits.select);
}
