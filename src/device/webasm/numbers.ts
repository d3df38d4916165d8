import { reduce, type ReduceKind } from '../../../kernels/reduce.ts';
import type { Code, Fold, Guarded, KernelCode, Nest } from '../codegen/code.ts';
import type { Dependencies } from '../codegen/dependencies.ts';
import {
  bits,
  callImport,
  doWhile,
  float,
  floats,
  get,
  i32,
  ifSo,
  integer,
  integers,
  ints,
  isZero,
  less,
  let_,
  step,
  v128,
  zero,
  type Import,
  type Wasm,
} from './assembler.ts';
import { element, Integers, isWhole } from './integers.ts';
import type { Locals, Scope } from './scopes.ts';

/** Calls that are one instruction. */
const instructions: Readonly<Record<string, Wasm>> = {
  add: floats.add,
  sub: floats.sub,
  mul: floats.mul,
  div: floats.div,
  neg: floats.neg,
  abs: floats.abs,
  sqrt: floats.sqrt,
  floor: floats.floor,
  ceil: floats.ceil,
  trunc: floats.trunc,
  min: floats.min,
  max: floats.max,
};

const comparisons = ['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'] as const;
const isComparison = (name: string): name is (typeof comparisons)[number] =>
  (comparisons as readonly string[]).includes(name);
const truths: ReadonlySet<string> = new Set([...comparisons, 'and', 'or', 'not']);
const isTruth = (code: Code): boolean => code.kind === 'call' && truths.has(code.name);

const composed: ReadonlySet<string> = new Set([...truths, 'where', 'timesTwoTo', 'exponentOf']);
/** Whether a call has no instruction, so that JavaScript's Math computes it, one number after the other. */
const isHostCall = (name: string): boolean => !(name in instructions) && !composed.has(name);

const isZeroCode = (code: Code): boolean => code.kind === 'number' && Object.is(code.value, 0);
const bias = integers(127, 127, 127, 127);

/** Instructions for numbers, four at once: those of four neighbours, or the same one four times. */
export class Numbers {
  readonly integers: Integers;
  readonly imports: Import[] = [];
  readonly #locals: Locals;
  readonly #dependencies: Dependencies;
  readonly #ids = new Map<object, number>();

  constructor(code: KernelCode, dependencies: Dependencies, locals: Locals, inner: number) {
    this.#locals = locals;
    this.#dependencies = dependencies;
    this.integers = new Integers(locals, code, dependencies, inner, (c, scope) => this.value(c, scope));
  }

  #id(of: object): number {
    let id = this.#ids.get(of);
    if (id === undefined) this.#ids.set(of, (id = this.#ids.size));
    return id;
  }

  /** Pushes a code's numbers. */
  value(code: Code, scope: Scope): Wasm {
    if (code.kind === 'number') return this.#constant(code.value, scope);
    if (code.kind === 'scalar') return this.integers.scalar(code.at, scope);
    if (code.kind === 'fold') return this.#folded(code, scope);
    return this.#locals.named(`v${this.#id(code)}`, v128, this.#dependencies.ofCode(code), scope, (home) => {
      if (code.kind === 'index') return [...this.integers.four(code.of, home), ...floats.fromInts];
      if (code.kind === 'read') return this.integers.read(code.array, code.index, home);
      return code.kind === 'guarded' ? this.#choice(code.of, home) : this.#call(code, home);
    });
  }

  #constant(value: number, scope: Scope): Wasm {
    if (Object.is(value, 0)) return zero;
    const key = Object.is(value, -0) ? '-0' : `${value}`;
    return this.#locals.named(`c${key}`, v128, new Set(), scope, () => float(value));
  }

  #call(code: Code & { kind: 'call' }, scope: Scope): Wasm {
    const { name, args } = code;
    if (isTruth(code)) return [...this.#mask(code, scope), ...this.#constant(1, scope), ...bits.and];
    if (name === 'where') {
      const [test, value, otherwise] = args as [Code, Code, Code];
      return this.#choice({ test, value, otherwise }, scope);
    }
    if (name === 'timesTwoTo') return this.#timesTwoTo(args[0]!, args[1]!, scope);
    const values = args.map((a) => this.value(a, scope));
    if (name === 'exponentOf')
      return [...values[0]!, ...integer(23), ...ints.shiftRightZeros, ...bias, ...ints.sub, ...floats.fromInts];
    const instruction = instructions[name];
    if (instruction) return [...values.flat(), ...instruction];
    return this.#hostCall(name, values, this.#dependencies.ofCode(code).has(element) ? 4 : 1);
  }

  /** p·2ⁿ as two products, so that neither factor overflows, whose exponents are written as bits. */
  #timesTwoTo(p: Code, n: Code, scope: Scope): Wasm {
    const [whole, half] = [this.#locals.fresh(v128), this.#locals.fresh(v128)];
    const power: Wasm = [...bias, ...ints.add, ...integer(23), ...ints.shiftLeft];
    return [
      ...let_(whole, this.integers.fourOf(n, scope)),
      ...let_(half, get(whole), integer(1), ints.shiftRight),
      ...[...this.value(p, scope), ...get(half), ...power, ...floats.mul],
      ...[...get(whole), ...get(half), ...ints.sub, ...power, ...floats.mul],
    ];
  }

  /** A function of JavaScript's Math, of each of the first `count` numbers; of one, its result is that of all four. */
  #hostCall(name: string, values: readonly Wasm[], count: 1 | 4): Wasm {
    let index = this.imports.findIndex((i) => i.name === name);
    if (index < 0) index = this.imports.push({ name, params: values.length }) - 1;
    const one = (lane: number): Wasm => [
      ...values.flatMap((value) => [...value, ...floats.lane(lane)]),
      ...callImport(index),
    ];
    const others = [1, 2, 3].flatMap((lane) => [...one(lane), ...floats.replace(lane)]);
    return [...one(0), ...floats.splat, ...(count === 4 ? others : [])];
  }

  /** A mask of all bits where a code is true, or not 0. */
  #mask(code: Code, scope: Scope): Wasm {
    return this.#locals.named(`m${this.#id(code)}`, v128, this.#dependencies.ofCode(code), scope, (home) => {
      if (code.kind !== 'call' || !isTruth(code)) return [...this.value(code, home), ...zero, ...floats.notEqual];
      const [a, b] = code.args as [Code, Code];
      const { name } = code;
      if (name === 'not') return [...this.#mask(a, home), ...bits.not];
      if (!isComparison(name)) return [...this.#mask(a, home), ...this.#mask(b, home), ...bits[name as 'and' | 'or']];
      if (isWhole(a) && isWhole(b))
        return [...this.integers.fourOf(a, home), ...this.integers.fourOf(b, home), ...ints[name]];
      return [...this.value(a, home), ...this.value(b, home), ...floats[name]];
    });
  }

  /** One of two values. A side that costs much is passed over where none of four neighbours needs it. */
  #choice({ test, value, otherwise }: Guarded, scope: Scope): Wasm {
    const mask = this.#mask(test, scope);
    const [yes, no] = [value, otherwise].map((side) => this.#isCostly(side, scope));
    if (!yes && !no) {
      if (isZeroCode(value)) return [...this.value(otherwise, scope), ...mask, ...bits.andNot];
      if (isZeroCode(otherwise)) return [...this.value(value, scope), ...mask, ...bits.and];
      return [...this.value(value, scope), ...this.value(otherwise, scope), ...mask, ...bits.select];
    }
    const result = this.#locals.fresh(v128);
    scope.add(let_(result, yes ? (no ? zero : this.value(otherwise, scope)) : this.value(value, scope)));
    const branch = (side: Code, ...condition: Wasm[]): void => {
      const inside = scope.branch();
      const one = this.value(side, inside);
      inside.add(let_(result, side === value ? [...one, ...get(result)] : [...get(result), ...one], mask, bits.select));
      scope.add(...condition, ifSo(inside.whole));
    };
    if (yes) branch(value, mask, bits.anyTrue);
    if (no) branch(otherwise, mask, ints.allTrue, isZero);
    return get(result);
  }

  /** Whether a code needs a call of the host or a loop that has not been done yet. */
  #isCostly(code: Code, scope: Scope, seen = new Set<Code>()): boolean {
    if (seen.has(code)) return false;
    seen.add(code);
    if (code.kind === 'fold') return scope.find(`t${this.#id(code.fold)}`) === undefined;
    if (scope.find(`v${this.#id(code)}`) !== undefined) return false;
    if (code.kind === 'guarded') return this.#isCostly(code.of.value, scope, seen);
    return code.kind === 'call' && (isHostCall(code.name) || code.args.some((a) => this.#isCostly(a, scope, seen)));
  }

  #folded({ nest, fold }: Code & { kind: 'fold' }, scope: Scope): Wasm {
    const key = `t${this.#id(fold)}`;
    if (scope.find(key) === undefined) this.#loop(nest, scope.homeOf(this.#dependencies.ofNest(nest)));
    return get(scope.find(key)!);
  }

  #loop(nest: Nest, home: Scope): void {
    const sums = this.begin(nest, home);
    const turns = [home];
    for (const { name } of nest.counters) turns.unshift(turns[0]!.turn(name, this.#locals.fresh(i32)));
    this.accumulate(nest, sums, turns[0]!);
    turns.slice(0, -1).forEach((turn, i) => turns[i + 1]!.add(loopOf(turn, nest.counters.at(-1 - i)!.size)));
    this.end(nest, sums, home);
  }

  /** Locals for what a nest folds, each with the number that its fold begins with. */
  begin({ folds }: Nest, scope: Scope): readonly number[] {
    const sums = folds.map(() => this.#locals.fresh(v128));
    folds.forEach((fold, i) => scope.add(let_(sums[i]!, this.identity(fold, scope))));
    return sums;
  }

  identity({ by }: Fold, scope: Scope): Wasm {
    return this.#constant(reduce[by].identity, scope);
  }

  /** Takes one more value into each of a nest's folds. */
  accumulate({ folds }: Nest, sums: readonly number[], turn: Scope): void {
    folds.forEach(({ by, value }, i) => {
      const next = this.value(value, turn);
      turn.add(let_(sums[i]!, accumulated(by, get(sums[i]!), next)));
    });
  }

  /** What a nest has folded is in these locals. */
  end({ folds }: Nest, sums: readonly number[], scope: Scope): void {
    folds.forEach((fold, i) => scope.keep(`t${this.#id(fold)}`, sums[i]!));
  }
}

/** A loop over a turn's instructions, whose counter goes from 0 to before `size`. */
export function loopOf(turn: Scope, size: number): Wasm {
  const { local } = turn.counter!;
  return [...let_(local, integer(0)), ...doWhile(turn.whole, step(local, integer(1)), get(local), integer(size), less)];
}

function accumulated(by: ReduceKind, sum: Wasm, next: Wasm): Wasm {
  if (by === 'sum') return [...sum, ...next, ...floats.add];
  if (by === 'prod') return [...sum, ...next, ...floats.mul];
  // A NaN, once met, stays.
  const better = by === 'max' ? floats.greater : floats.less;
  const stays: Wasm = [...sum, ...next, ...better];
  return [...next, ...sum, ...sum, ...sum, ...floats.equal, ...stays, ...bits.andNot, ...bits.select];
}
