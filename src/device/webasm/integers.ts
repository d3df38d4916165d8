import { bounds, keyOf, literal, sum, type Affine, type Atom } from '../../kernel/affine.ts';
import type { Code, KernelCode } from '../../kernel/code.ts';
import type { Dependencies } from '../../kernel/dependencies.ts';
import * as w from './assembler.ts';
import type { Wasm } from './assembler.ts';
import type { Locals, Scope } from './scopes.ts';

/**
 * The name of the counter of elements in a row, of which four neighbours are computed at once, and
 * of rows.
 */
export const element = 'x';
export const row = 'y';
/** These may begin anywhere, and grow by more than 1; those of other loops count from 0. */
const outer: ReadonlySet<string> = new Set([element, row]);

/**
 * The function's parameter at which its arguments stand: the addresses of the result and of the
 * arrays, then scalars.
 */
const args = 0;
/** Whole numbers below this are divided in float32 without an error. */
const exact = 2 ** 24;

const lanes = [0, 1, 2, 3] as const;
const same = (n: number): Wasm => w.integers(n, n, n, n);

/** Whether a code is a whole number that an integer holds. */
export function isWhole(code: Code): boolean {
  if (code.kind === 'number') return Number.isInteger(code.value) && Math.abs(code.value) < 2 ** 31;
  if (code.kind === 'call') return (code.name === 'min' || code.name === 'max') && code.args.every(isWhole);
  return code.kind === 'index';
}

/**
 * Instructions for indices and addresses, and for reading arrays. Those that neighbours share are
 * integers, the others four at once.
 */
export class Integers {
  readonly #locals: Locals;
  readonly #code: KernelCode;
  readonly #dependencies: Dependencies;
  readonly #inner: number;
  readonly #number: (code: Code, scope: Scope) => Wasm;

  /** `number` gives the instructions of a code that is no whole number. */
  constructor(
    locals: Locals,
    code: KernelCode,
    dependencies: Dependencies,
    inner: number,
    number: (code: Code, scope: Scope) => Wasm,
  ) {
    this.#locals = locals;
    this.#code = code;
    this.#dependencies = dependencies;
    this.#inner = inner;
    this.#number = number;
  }

  #varies(atom: Atom): boolean {
    return this.#dependencies.ofAtom(atom).has(element);
  }

  #named(key: string, type: typeof w.i32 | typeof w.v128, e: Affine, scope: Scope, make: (home: Scope) => Wasm): Wasm {
    return this.#locals.named(key, type, this.#dependencies.ofIndex(e), scope, make);
  }

  /** The n-th scalar of the kernel, four times. */
  scalar(n: number, scope: Scope): Wasm {
    const offset = 4 * (1 + this.#code.sizes.length + n);
    return this.#locals.named(`s${n}`, w.v128, new Set(), scope, () => w.seq(w.get(args), w.loadSplat(offset)));
  }

  /** The address of the result, which comes first, or of an array. */
  #base(n: number, scope: Scope): Wasm {
    return this.#locals.named(`a${n}`, w.i32, new Set(), scope, () => w.seq(w.get(args), w.load32(4 * n)));
  }

  /** An index; the first of four where neighbours have their own. */
  #one(e: Affine, scope: Scope): Wasm {
    if (e.terms.length === 0) return w.integer(e.constant);
    return this.#named(`i${keyOf(e)}`, w.i32, e, scope, (home) => {
      const parts = e.terms.map(({ atom, by }) =>
        w.seq(this.#oneAtom(atom, home), by === 1 ? [] : w.seq(w.integer(by), w.mul)),
      );
      if (e.constant !== 0) parts.push(w.seq(w.integer(e.constant)));
      return parts.flatMap((part, i) => (i === 0 ? part : w.seq(part, w.add)));
    });
  }

  #oneAtom(atom: Atom, scope: Scope): Wasm {
    const counter = scope.find(atom.key);
    if (counter !== undefined) return w.get(counter);
    const e = { constant: 0, terms: [{ atom, by: 1 }] };
    return this.#named(atom.key, w.i32, e, scope, (home) => {
      if (atom.kind === 'counter') return w.seq(this.#fourAtom(atom, home), w.ints.lane(0));
      const { of, k } = atom;
      const value = this.#one(of, home);
      if (atom.kind === 'mod') return w.seq(value, this.#oneAtom(quotientOf(of, k), home), w.integer(k), w.mul, w.sub);
      return isPower(k) ? w.seq(value, w.integer(Math.log2(k)), w.shiftRight) : w.seq(value, w.integer(k), w.divide);
    });
  }

  /** Four indices. */
  four(e: Affine, scope: Scope): Wasm {
    if (e.terms.length === 0) return same(e.constant);
    return this.#named(`f${keyOf(e)}`, w.v128, e, scope, (home) => {
      const varying = e.terms.filter((t) => this.#varies(t.atom));
      const shared = { constant: e.constant, terms: e.terms.filter((t) => !this.#varies(t.atom)) };
      const parts = varying.map(({ atom, by }) =>
        w.seq(this.#fourAtom(atom, home), by === 1 ? [] : w.seq(same(by), w.ints.mul)),
      );
      if (shared.terms.length > 0 || shared.constant !== 0 || parts.length === 0)
        parts.push(w.seq(this.#one(shared, home), w.ints.splat));
      return parts.flatMap((part, i) => (i === 0 ? part : w.seq(part, w.ints.add)));
    });
  }

  #fourAtom(atom: Atom, scope: Scope): Wasm {
    const e = { constant: 0, terms: [{ atom, by: 1 }] };
    return this.#named(`f${atom.key}`, w.v128, e, scope, (home) => {
      if (atom.kind === 'counter') {
        const place = this.#code.places.get(atom.key);
        if (place) return this.fourOf(place, home);
        const all = w.seq(w.get(home.find(element)!), w.ints.splat, w.integers(0, 1, 2, 3), w.ints.add);
        return this.#inner < 4 ? w.seq(all, same(this.#inner - 1), w.ints.min) : all;
      }
      const { of, k } = atom;
      const value = this.four(of, home);
      if (atom.kind === 'mod')
        return w.seq(value, this.#fourAtom(quotientOf(of, k), home), same(k), w.ints.mul, w.ints.sub);
      if (isPower(k)) return w.seq(value, w.integer(Math.log2(k)), w.ints.shiftRightZeros);
      if (bounds(of)[1] < exact) return w.seq(value, w.floats.fromInts, same4(k), w.floats.div, w.ints.fromFloats);
      const half = (of: Wasm): Wasm =>
        w.seq(of, w.doubles.fromInts, w.doubles.constant(k), w.doubles.div, w.doubles.toInts);
      return w.seq(half(value), half(w.seq(value, w.upperHalf)), w.lowHalves);
    });
  }

  /** A code as four integers: towards 0 where it is no whole number. */
  fourOf(code: Code, scope: Scope): Wasm {
    if (code.kind === 'index') return this.four(code.of, scope);
    if (code.kind === 'call' && (code.name === 'min' || code.name === 'max')) {
      const [a, b] = code.args as [Code, Code];
      return w.seq(this.fourOf(a, scope), this.fourOf(b, scope), w.ints[code.name]);
    }
    return isWhole(code) && code.kind === 'number'
      ? same(code.value)
      : w.seq(this.#number(code, scope), w.ints.fromFloats);
  }

  /** Four numbers of an array. */
  read(array: number, index: Affine, scope: Scope): Wasm {
    const varying = index.terms.filter((t) => this.#varies(t.atom));
    if (varying.length === 0) {
      const [e, offset] = split(index);
      return w.seq(this.#pointer(array + 1, e, scope), w.loadSplat(offset));
    }
    const [{ atom, by }] = varying as [Affine['terms'][number]];
    if (varying.length > 1 || atom.key !== element || Math.abs(by) !== 1) return this.#gather(array, index, scope);
    const [e, offset] = split(by === 1 ? index : sum(index, literal(-3)));
    return w.seq(this.#pointer(array + 1, e, scope), w.load(offset), by === 1 ? [] : w.reverse);
  }

  /** The address of element e of the result. */
  result(e: Affine, scope: Scope): Wasm {
    return this.#pointer(0, e, scope);
  }

  /**
   * An address that grows by the same with each turn of a loop is kept up from one to the next; any
   * other is made by `make`.
   */
  #address(what: string, e: Affine, scope: Scope, make: (e: Affine, home: Scope) => Wasm): Wasm {
    const key = `${what} ${keyOf(e)}`;
    const known = scope.find(key);
    if (known !== undefined) return w.get(known);
    const home = scope.homeOf(this.#dependencies.ofIndex(e));
    const linear = this.#linear(e, home);
    if (!linear || outer.has(home.counter!.name)) return this.#named(key, w.i32, e, scope, () => make(e, home));
    return this.#locals.stepped(key, 4 * linear.by, home, this.#address(what, linear.rest, home.parent!, make));
  }

  /** The address of an array's element, of the first of four where these lie side by side. */
  #pointer(array: number, index: Affine, scope: Scope): Wasm {
    return this.#address(`p${array}`, index, scope, (e, home) => {
      const linear = home.counter?.name === element ? this.#linear(e, home) : undefined;
      if (!linear) return w.seq(this.#base(array, home), this.#one(e, home), w.integer(2), w.shiftLeft, w.add);
      const bytes = this.#locals.named('bytes', w.i32, new Set([element]), home, () =>
        w.seq(w.get(home.find(element)!), w.integer(2), w.shiftLeft),
      );
      return w.seq(this.#pointer(array, linear.rest, home), bytes, linear.by === 1 ? w.add : w.sub);
    });
  }

  /**
   * e as a multiple of the counter of a scope's loop, and a rest that does not change in the loop.
   */
  #linear(e: Affine, { counter }: Scope): { by: number; rest: Affine } | undefined {
    const own = e.terms.find((t) => t.atom.key === counter?.name);
    if (!own) return undefined;
    const rest = { constant: e.constant, terms: e.terms.filter((t) => t !== own) };
    return this.#dependencies.ofIndex(rest).has(counter!.name) ? undefined : { by: own.by, rest };
  }

  /** Four numbers that do not lie side by side. */
  #gather(array: number, index: Affine, scope: Scope): Wasm {
    const [e, offset] = split(index);
    const [first, ...others] = lanes.map((lane) =>
      this.#address(`${lane}p${array}`, e, scope, (own, home) =>
        w.seq(this.#addresses(array, own, home), w.ints.lane(lane)),
      ),
    );
    const four = this.#locals.fresh(w.v128);
    return [
      ...w.let_(four, first!, w.loadFirst(offset)),
      ...others.flatMap((at, i) => w.seq(w.let_(four, at, w.get(four), w.laneLoad(i + 1, offset)))),
      ...w.get(four),
    ];
  }

  #addresses(array: number, e: Affine, scope: Scope): Wasm {
    return this.#named(`4p${array} ${keyOf(e)}`, w.v128, e, scope, (home) => {
      const varying = { constant: 0, terms: e.terms.filter((t) => this.#varies(t.atom)) };
      const shared = { constant: e.constant, terms: e.terms.filter((t) => !this.#varies(t.atom)) };
      return w.seq(
        this.four(varying, home),
        w.integer(2),
        w.ints.shiftLeft,
        this.#pointer(array + 1, shared, home),
        w.ints.splat,
        w.ints.add,
      );
    });
  }
}

const isPower = (k: number): boolean => Number.isInteger(Math.log2(k));
const same4 = (k: number): Wasm => w.seq(same(k), w.floats.fromInts);

const quotientOf = (of: Affine, k: number): Atom => ({
  kind: 'div',
  key: `div(${keyOf(of)},${k})`,
  max: Math.floor(bounds(of)[1] / k),
  of,
  k,
});

/**
 * An index as one that a pointer stands for, and bytes that an instruction adds to it. These have
 * no sign, and a pointer lies within memory: as much of the constant goes into it as it takes for
 * the index never to be negative.
 */
function split({ constant, terms }: Affine): [Affine, number] {
  const [low] = bounds({ constant: 0, terms });
  const own = Math.min(constant, Math.max(0, -low));
  return [{ constant: own, terms }, 4 * (constant - own)];
}
