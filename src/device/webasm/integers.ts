import { bounds, keyOf, literal, sum, type Affine, type Atom } from '../../kernel/affine.ts';
import type { Code, KernelCode } from '../../kernel/code.ts';
import type { Dependencies } from '../../kernel/dependencies.ts';
import * as w from './assembler.ts';
import type { Type, Wasm } from './assembler.ts';
import type { Locals, Scope } from './scopes.ts';

/**
 * The name of the counter of elements in a row, of which four are computed at once, and of the
 * counter of rows.
 */
export const element = 'x';
export const row = 'y';
/** Counters that may begin at any number and grow by more than 1. All others count from 0 by 1. */
const outer: ReadonlySet<string> = new Set([element, row]);

/**
 * The parameter that holds the address of the function's arguments: the addresses of the result and
 * of the arrays, then the scalars.
 */
const args = 0;

/** Tells whether the value of a code is always a whole number that a 32-bit integer holds. */
export function isWhole(code: Code): boolean {
  if (code.kind === 'number') return Number.isInteger(code.value) && Math.abs(code.value) < 2 ** 31;
  if (code.kind === 'call') return (code.name === 'min' || code.name === 'max') && code.args.every(isWhole);
  return code.kind === 'index';
}

/**
 * The instructions for indices, either one index that four elements share, or four indices at once.
 */
interface Width {
  readonly type: Type;
  /** The first letters of the keys of such indices. */
  readonly key: string;
  readonly add: Wasm;
  readonly sub: Wasm;
  readonly mul: Wasm;
  readonly shiftRight: Wasm;
  /** Makes an index of this width from a shared one on the stack. */
  readonly widen: Wasm;
  readonly constant: (n: number) => Wasm;
  /** Divides `value`, which is at most `max`, by k. */
  readonly divide: (value: Wasm, k: number, max: number) => Wasm;
}

const shared: Width = {
  type: w.i32,
  key: '',
  add: w.add,
  sub: w.sub,
  mul: w.mul,
  shiftRight: w.shiftRight,
  widen: [],
  constant: w.integer,
  divide: (value, k) => w.seq(value, w.integer(k), w.divide),
};

const four: Width = {
  ...w.ints,
  type: w.v128,
  key: 'f',
  shiftRight: w.ints.shiftRightZeros,
  widen: w.ints.splat,
  constant: (n) => w.integers(n, n, n, n),
  divide(value, k, max) {
    // float32 divides whole numbers below 2²⁴ so accurately that the integer part is exact.
    const divisor = w.seq(four.constant(k), w.floats.fromInts);
    if (max < 2 ** 24) return w.seq(value, w.floats.fromInts, divisor, w.floats.div, w.ints.fromFloats);
    const half = (of: Wasm): Wasm =>
      w.seq(of, w.doubles.fromInts, w.doubles.constant(k), w.doubles.div, w.doubles.toInts);
    return w.seq(half(value), half(w.seq(value, w.upperHalf)), w.lowHalves);
  },
};

/**
 * Writes the instructions for indices, for addresses, and for reading arrays. An index that four
 * elements share is one integer; any other is a vector of four.
 */
export abstract class Integers {
  protected readonly code: KernelCode;
  protected readonly dependencies: Dependencies;
  readonly locals: Locals;
  readonly #inner: number;

  /** The rows of the kernel have `inner` elements. */
  constructor(code: KernelCode, dependencies: Dependencies, locals: Locals, inner: number) {
    this.code = code;
    this.dependencies = dependencies;
    this.locals = locals;
    this.#inner = inner;
  }

  /** Pushes the value of a code as a vector of four numbers. */
  abstract value(code: Code, scope: Scope): Wasm;

  /** Splits an index into the part that varies along a row and the part that does not. */
  #parts(e: Affine): { own: Affine; common: Affine } {
    const varies = e.terms.map((t) => this.dependencies.ofAtom(t.atom).has(element));
    return {
      own: { constant: 0, terms: e.terms.filter((_, i) => varies[i]) },
      common: { constant: e.constant, terms: e.terms.filter((_, i) => !varies[i]) },
    };
  }

  /** Pushes the value of a key that depends on the same counters as the index e. */
  #named(key: string, type: Type, e: Affine, scope: Scope, make: (home: Scope) => Wasm): Wasm {
    return this.locals.named(key, type, this.dependencies.ofIndex(e), scope, make);
  }

  /** Pushes a vector that repeats the n-th scalar of the kernel. */
  protected scalar(n: number, scope: Scope): Wasm {
    const offset = 4 * (1 + this.code.sizes.length + n);
    return this.locals.named(`s${n}`, w.v128, new Set(), scope, () => w.seq(w.get(args), w.loadSplat(offset)));
  }

  /** Pushes the address of the result (n = 0) or of array n − 1. */
  #base(n: number, scope: Scope): Wasm {
    return this.locals.named(`a${n}`, w.i32, new Set(), scope, () => w.seq(w.get(args), w.load32(4 * n)));
  }

  /** Pushes an index. A shared one is that of the first of four elements. */
  #index(e: Affine, width: Width, scope: Scope): Wasm {
    if (e.terms.length === 0) return width.constant(e.constant);
    return this.#named(`${width.key}${keyOf(e)}`, width.type, e, scope, (home) => {
      const { own, common } = width === four ? this.#parts(e) : { own: e, common: literal(e.constant) };
      const sums = own.terms.map(({ atom, by }) =>
        w.seq(this.#atom(atom, width, home), by === 1 ? [] : w.seq(width.constant(by), width.mul)),
      );
      if (common.terms.length > 0 || common.constant !== 0 || sums.length === 0)
        sums.push(w.seq(this.#index(common, shared, home), width.widen));
      return sums.flatMap((term, i) => (i === 0 ? term : w.seq(term, width.add)));
    });
  }

  /** Pushes a counter, a quotient or a remainder. */
  #atom(atom: Atom, width: Width, scope: Scope): Wasm {
    const e = { constant: 0, terms: [{ atom, by: 1 }] };
    return this.#named(`${width.key}${atom.key}`, width.type, e, scope, (home) => {
      if (atom.kind === 'counter')
        return width === four ? this.#counter(atom.key, home) : w.seq(this.#atom(atom, four, home), w.ints.element(0));
      const { of, k } = atom;
      const value = this.#index(of, width, home);
      if (atom.kind === 'mod')
        return w.seq(value, this.#atom(quotientOf(of, k), width, home), width.constant(k), width.mul, width.sub);
      if (isPower(k)) return w.seq(value, w.integer(Math.log2(k)), width.shiftRight);
      return width.divide(value, k, bounds(of)[1]);
    });
  }

  /** Pushes the values of a counter for four elements. Data decides it, or it counts elements. */
  #counter(name: string, scope: Scope): Wasm {
    const place = this.code.places.get(name);
    if (place) return this.fourOf(place, scope);
    const all = w.seq(w.get(scope.find(element)!), w.ints.splat, w.integers(0, 1, 2, 3), w.ints.add);
    return this.#inner < 4 ? w.seq(all, four.constant(this.#inner - 1), w.ints.min) : all;
  }

  /** Pushes the value of a code as four integers, rounded towards 0. */
  protected fourOf(code: Code, scope: Scope): Wasm {
    if (code.kind === 'index') return this.#index(code.of, four, scope);
    if (code.kind === 'call' && (code.name === 'min' || code.name === 'max'))
      return w.seq(...code.args.map((a) => this.fourOf(a, scope)), w.ints[code.name]);
    if (code.kind === 'number' && isWhole(code)) return four.constant(code.value);
    return w.seq(this.value(code, scope), w.ints.fromFloats);
  }

  /** Pushes four elements of an array. */
  protected read(array: number, index: Affine, scope: Scope): Wasm {
    const [first, ...others] = this.#parts(index).own.terms;
    if (!first) {
      const [e, offset] = split(index);
      return w.seq(this.pointer(array + 1, e, scope), w.loadSplat(offset));
    }
    const isReversed = first.by === -1;
    if (others.length > 0 || first.atom.key !== element || !(first.by === 1 || isReversed))
      return this.#gather(array, index, scope);
    const [e, offset] = split(isReversed ? sum(index, literal(-3)) : index);
    return w.seq(this.pointer(array + 1, e, scope), w.load(offset), isReversed ? w.reverse : []);
  }

  /**
   * Pushes an address. If it grows by the same amount in each iteration of a loop, a local holds it
   * from one iteration to the next. Otherwise `make` computes it.
   */
  #address(what: string, e: Affine, scope: Scope, make: (e: Affine, home: Scope) => Wasm): Wasm {
    const key = `${what} ${keyOf(e)}`;
    const known = scope.find(key);
    if (known !== undefined) return w.get(known);
    const home = scope.homeOf(this.dependencies.ofIndex(e));
    const linear = this.#linear(e, home);
    if (!linear || outer.has(home.counter!.name)) return this.#named(key, w.i32, e, scope, () => make(e, home));
    return this.locals.stepped(key, 4 * linear.by, home, this.#address(what, linear.rest, home.parent!, make));
  }

  /**
   * Pushes the address of an element, or of the first of four adjacent elements. Array 0 is the
   * result; array n + 1 is the n-th array that the kernel reads.
   */
  pointer(array: number, index: Affine, scope: Scope): Wasm {
    return this.#address(`p${array}`, index, scope, (e, home) => {
      const linear = home.counter?.name === element ? this.#linear(e, home) : undefined;
      if (!linear)
        return w.seq(this.#base(array, home), this.#index(e, shared, home), w.integer(2), w.shiftLeft, w.add);
      const bytes = this.locals.named('bytes', w.i32, new Set([element]), home, () =>
        w.seq(w.get(home.find(element)!), w.integer(2), w.shiftLeft),
      );
      return w.seq(this.pointer(array, linear.rest, home), bytes, linear.by === 1 ? w.add : w.sub);
    });
  }

  /**
   * Writes e as a multiple of the counter of a scope's loop plus a rest that does not depend on the
   * counter. Returns undefined if that is impossible.
   */
  #linear(e: Affine, { counter }: Scope): { by: number; rest: Affine } | undefined {
    const own = e.terms.find((t) => t.atom.key === counter?.name);
    if (!own) return undefined;
    const rest = { constant: e.constant, terms: e.terms.filter((t) => t !== own) };
    return this.dependencies.ofIndex(rest).has(counter!.name) ? undefined : { by: own.by, rest };
  }

  /** Pushes four elements that are not adjacent. */
  #gather(array: number, index: Affine, scope: Scope): Wasm {
    const [e, offset] = split(index);
    const addresses = [0, 1, 2, 3].map((i) =>
      this.#address(`${i}p${array}`, e, scope, (own, home) =>
        w.seq(this.#addresses(array, own, home), w.ints.element(i)),
      ),
    );
    const all = this.locals.fresh(w.v128);
    const loads = addresses.map((at, i) =>
      w.let_(all, at, i === 0 ? w.loadFirst(offset) : w.seq(w.get(all), w.loadElement(i, offset))),
    );
    return w.seq(...loads, w.get(all));
  }

  /** Pushes the addresses of four elements as a vector. */
  #addresses(array: number, e: Affine, scope: Scope): Wasm {
    return this.#named(`4p${array} ${keyOf(e)}`, w.v128, e, scope, (home) => {
      const { own, common } = this.#parts(e);
      const bytes = w.seq(this.#index(own, four, home), w.integer(2), w.ints.shiftLeft);
      return w.seq(bytes, this.pointer(array + 1, common, home), w.ints.splat, w.ints.add);
    });
  }
}

const isPower = (k: number): boolean => Number.isInteger(Math.log2(k));

/** Returns the quotient from which a remainder is computed. */
const quotientOf = (of: Affine, k: number): Atom => ({
  kind: 'div',
  key: `div(${keyOf(of)},${k})`,
  max: Math.floor(bounds(of)[1] / k),
  of,
  k,
});

/**
 * Splits an index into a part for the pointer and an offset in bytes, which load instructions add.
 * An offset has no sign, and a pointer must lie in memory. So the pointer takes as much of the
 * constant as keeps it from being negative.
 */
function split({ constant, terms }: Affine): [Affine, number] {
  const [low] = bounds({ constant: 0, terms });
  const own = Math.min(constant, Math.max(0, -low));
  return [{ constant: own, terms }, 4 * (constant - own)];
}
