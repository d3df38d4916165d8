import { reduce as folds } from '../../../kernels/reduce.ts';
import { memo } from '../../graph/memo.ts';
import { observer } from '../../graph/observe.ts';
import { range } from '../../graph/shape.ts';
import { bounds, keyOf, type Affine, type Atom } from '../../kernel/affine.ts';
import { foldsIn, foldsOfSide, isTruth, type Code, type Fold, type KernelCode, type Nest } from '../../kernel/code.ts';
import { levelsOf, top, type Level } from '../../kernel/levels.ts';
import { usesOf } from '../../kernel/uses.ts';
import type { Dialect } from './dialect.ts';
import { mostReturned } from './gpujs.ts';
import { accumulate, conditions, infix } from './syntax.ts';
import { inVec4, readAsVec4 } from './vec4.ts';

/** A kernel in JavaScript for gpu.js: a function of arrays a0, a1, … and scalars s0, s1, …. */
export interface Printed {
  readonly text: string;
  /** For each array, true if the kernel reads four adjacent elements at once. */
  readonly vec4: readonly boolean[];
  /**
   * Numbers that are passed after the kernel's scalars, because gpu.js or the shader's compiler
   * would misread them as literals.
   */
  readonly numbers: readonly number[];
}

export const print = (code: KernelCode, dialect: Dialect): Printed => new Printer(code, dialect).source();

/** Tells whether a code is made of numbers alone, so that its value is always the same. */
const isFixed = (code: Code): boolean => code.kind === 'number' || (code.kind === 'call' && code.args.every(isFixed));

class Printer {
  readonly #code: KernelCode;
  readonly #dialect: Dialect;
  readonly #uses: ReadonlyMap<Code, number>;
  readonly #levels: ReturnType<typeof levelsOf>;
  readonly #vec4: ReadonlySet<number>;
  readonly #passesFixed: boolean;
  /** The statements outside of all loops. `#blocks` has those inside loops, by nest and depth. */
  #main: string[] = [];
  readonly #blocks = new Map<Nest, string[][]>();
  /** Inside a branch, the folds that its loops compute; undefined outside of branches. */
  #wanted: ReadonlySet<Fold> | undefined;
  /** The variables that hold computed values; a key that is a text means a part of an index. */
  #names = new Map<Code | Fold | string, string>();
  readonly #integers: string[] = [];
  readonly #numbers: number[] = [];
  #count = 0;

  constructor(code: KernelCode, dialect: Dialect) {
    this.#code = code;
    this.#dialect = dialect;
    const { uses, nests } = usesOf(code.results, code.places);
    this.#uses = uses;
    this.#levels = levelsOf(nests, code.places);
    this.#vec4 = dialect.readsVec4 && code.results.length > 1 ? readAsVec4(uses.keys(), code.sizes) : new Set();
    this.#passesFixed = dialect.passesFixed && code.results.every(isFixed);
  }

  source(): Printed {
    const { results, sizes, scalars } = this.#code;
    const texts = results.map((code) => this.#value(code, top));
    const rows = range(Math.ceil(texts.length / mostReturned)).map((i) =>
      texts.slice(mostReturned * i, mostReturned * (i + 1)),
    );
    const returned = rows.map((row) => `return ${texts.length === 1 ? row[0]! : `[${row.join(', ')}]`};`);
    const params = [...sizes.map((_, i) => `a${i}`), ...range(scalars + this.#numbers.length).map((i) => `s${i}`)];
    const lines = [...(this.#dialect.integers?.(this.#integers) ?? []), ...this.#main, ...returned];
    return {
      text: `function (${params.join(', ')}) {\n${lines.map((l) => `  ${l}`).join('\n')}\n}`,
      vec4: sizes.map((_, i) => this.#vec4.has(i)),
      numbers: this.#numbers,
    };
  }

  #fresh(letter: string): string {
    return `${letter}${this.#count++}`;
  }

  #line({ nest, depth }: Level, text: string): void {
    (nest ? this.#blocks.get(nest)![depth]! : this.#main).push(text);
  }

  /** Declares a constant at a level, and returns its name. */
  #constant(letter: string, at: Level, text: () => string): string {
    const name = this.#fresh(letter);
    this.#line(at, `const ${name} = ${text()};`);
    return name;
  }

  #passed(value: number): string {
    let i = this.#numbers.findIndex((s) => Object.is(s, value));
    if (i < 0) i = this.#numbers.push(value) - 1;
    return `s${this.#code.scalars + i}`;
  }

  /** Writes a literal; numbers that shaders misread (not finite, or from 2³¹ on) are passed. */
  #literal(value: number): string {
    if (this.#passesFixed) return this.#passed(value);
    if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 31)
      return value < 0 ? `(-${this.#passed(-value)})` : this.#passed(value);
    return value < 0 || Object.is(value, -0) ? `(-${-value})` : `${value}`;
  }

  #atom(atom: Atom): string {
    const { places } = this.#code;
    if (atom.kind === 'counter' && !places.has(atom.key))
      return atom.key === 'x' || atom.key === 'y' ? `this.thread.${atom.key}` : atom.key;
    return memo(this.#names, atom.key, () => {
      const at = this.#levels.atom(atom);
      if (atom.kind !== 'counter') return this.#quotient(atom, at);
      const text = this.#expression(places.get(atom.key)!, at);
      return this.#constant('i', at, () => text);
    });
  }

  /** Declares ⌊r/k⌋ or r mod k, and returns its name. */
  #quotient({ kind, of, k }: Exclude<Atom, { kind: 'counter' }>, at: Level): string {
    const whole = memo(this.#names, `⌊${keyOf(of)}/${k}⌋`, () => this.#divided(of, k, at));
    return kind === 'div' ? whole : this.#constant('i', at, () => `${this.#index(of)} - ${whole} * ${k}`);
  }

  /**
   * Declares ⌊r/k⌋. Where division is inexact, a small r is divided as r + ½, which cannot round to
   * the next integer, and the quotient of a large r is corrected.
   */
  #divided(of: Affine, k: number, at: Level): string {
    const isExact = this.#dialect.dividesExactly || Number.isInteger(Math.log2(k));
    const isSmall = bounds(of)[1] < 2 ** 19;
    const shift = isExact || !isSmall ? '' : ' + 0.5';
    const whole = this.#constant('i', at, () => `Math.floor((${this.#index(of)}${shift}) / ${k})`);
    if (isExact || isSmall) return whole;
    const rest = this.#constant('i', at, () => `${this.#index(of)} - ${whole} * ${k}`);
    return this.#constant('i', at, () => `${rest} < 0 ? ${whole} - 1 : (${rest} >= ${k} ? ${whole} + 1 : ${whole})`);
  }

  #index(e: Affine): string {
    const { name, largestIndex } = this.#dialect;
    const [, high] = bounds(e);
    if (high > largestIndex)
      throw new Error(`${name}: an index in a kernel must be at most ${largestIndex}, got one up to ${high}`);
    const parts = e.terms.map(({ atom, by }) => {
      const text = this.#atom(atom);
      return by === 1 ? text : by === -1 ? `-${text}` : `${text} * ${by < 0 ? `(${by})` : by}`;
    });
    if (e.constant !== 0 || parts.length === 0) parts.push(`${e.constant}`);
    return parts.reduce((a, b) => (b.startsWith('-') ? `${a} - ${b.slice(1)}` : `${a} + ${b}`));
  }

  #read(array: number, index: Affine): string {
    if (!this.#vec4.has(array)) return `a${array}[${this.#pointer(index)}]`;
    const { texel, channel } = inVec4(index)!;
    const name = memo(this.#names, `a${array} ${keyOf(texel)}`, () =>
      this.#constant('v', this.#levels.index(texel), () => `a${array}[${this.#pointer(texel)}]`),
    );
    return `${name}[${channel}]`;
  }

  /**
   * Writes an index. If it grows by the same amount in each iteration of the innermost loop, the
   * rest of it is computed outside of that loop.
   */
  #pointer(index: Affine): string {
    const at = this.#levels.index(index);
    const last = at.nest?.counters.at(-1);
    const isLast = (t: Affine['terms'][number]): boolean => t.atom.key === last?.name;
    const linear = index.terms.every((t) => isLast(t) || this.#levels.atom(t.atom).depth < at.depth);
    const by = linear ? index.terms.find(isLast)?.by : undefined;
    if (by === undefined || at.nest === undefined) return this.#index(index);
    // With integers, indices that differ by a constant share one variable.
    const apart = this.#dialect.integers ? index.constant : 0;
    const base = { constant: index.constant - apart, terms: index.terms.filter((t) => !isLast(t)) };
    const name = memo(this.#names, `${last!.name};${keyOf(base)};${by}`, () => {
      const pointer = this.#fresh('p');
      this.#integers.push(pointer);
      const declared = this.#dialect.integers ? '' : 'const ';
      this.#line({ nest: at.nest, depth: at.depth - 1 }, `${declared}${pointer} = ${this.#index(base)};`);
      return pointer;
    });
    const turned = `${name} + ${last!.name}${by === 1 ? '' : ` * ${by}`}`;
    return apart === 0 ? turned : apart > 0 ? `${turned} + ${apart}` : `${turned} - ${-apart}`;
  }

  /**
   * Returns the text that stands for a value where it is used; `at` is the place of that use:
   * outside of all loops, or in some loops of a nest. Numbers, scalars, truth values, and values
   * that are used once where they belong, are written out. All others get a variable, and its
   * declaration, or the loops that compute it, is written to the kernel first.
   */
  #value(code: Code, at: Level): string {
    if (code.kind === 'number') return this.#literal(code.value);
    if (code.kind === 'scalar') return `s${code.at}`;
    const known = this.#names.get(code.kind === 'fold' ? code.fold : code);
    if (known !== undefined) return known;
    if (code.kind === 'fold') {
      this.#loops(code.nest);
      return this.#names.get(code.fold)!;
    }
    const own = this.#levels.code(code);
    const inline = this.#uses.get(code) === 1 && own.nest === at.nest && own.depth === at.depth;
    const text = this.#expression(code, own);
    if (inline || isTruth(code)) return text;
    const name = memo(this.#names, code, () => this.#constant('v', own, () => text));
    observer?.wrote?.(code, name);
    return name;
  }

  /** Writes a truth value as a condition of JavaScript. */
  #condition(code: Code, at: Level): string {
    if (!isTruth(code)) return `(${this.#value(code, at)} !== 0)`;
    const { name, args } = code;
    const [a, b] = args as [Code, Code];
    if (name === 'not') return `(!${this.#condition(a, at)})`;
    const joins = name === 'and' || name === 'or';
    const [left, right] = [a, b].map((side) => (joins ? this.#condition(side, at) : this.#value(side, at)));
    return `(${left} ${conditions[name]} ${right})`;
  }

  #expression(code: Code, at: Level): string {
    if (code.kind === 'index') return this.#dialect.asNumber(this.#index(code.of));
    if (code.kind === 'read') return this.#read(code.array, code.index);
    if (code.kind !== 'call') return this.#value(code, at);
    const { name, args } = code;
    if (isTruth(code)) return `(${this.#condition(code, at)} ? 1 : 0)`;
    if (name === 'where') return this.#choice(args as [Code, Code, Code], at);
    const texts = args.map((a) => this.#value(a, at));
    if (name === 'neg') return `(-${texts[0]})`;
    // gpu.js devices have no kernels with these calls. The expressions show readers the same
    // values.
    if (name === 'exponentOf') return `Math.floor(Math.log2(${texts[0]}))`;
    if (name === 'timesTwoTo') return `(${texts[0]} * Math.pow(2, Math.trunc(${texts[1]})))`;
    return name in infix ? `(${texts[0]} ${infix[name]} ${texts[1]})` : `Math.${name}(${texts.join(', ')})`;
  }

  /**
   * Writes a choice between two values. A branch that contains loops becomes an `if`, which only
   * the threads enter that need it.
   */
  #choice([test, yes, no]: readonly [Code, Code, Code], at: Level): string {
    const isBranch = (side: Code, other: Code): boolean =>
      foldsOfSide(side, other, test).some((fold) => !this.#names.has(fold));
    const [inYes, inNo] = [isBranch(yes, no), isBranch(no, yes)];
    if ((!inYes && !inNo) || at.nest) {
      const condition = this.#condition(test, at);
      return `(${condition} ? ${this.#value(yes, at)} : ${this.#value(no, at)})`;
    }
    const name = this.#fresh('y');
    const ready = inYes && inNo ? '0' : this.#value(inYes ? no : yes, at);
    const condition = this.#condition(test, at);
    this.#line(at, `let ${name} = ${ready};`);
    if (inYes) this.#branch(condition, name, yes);
    if (inNo) this.#branch(`(!${condition})`, name, no);
    return name;
  }

  /** Writes an `if` that sets a variable. The names declared inside are not visible outside. */
  #branch(condition: string, name: string, value: Code): void {
    const [outside, wanted, names] = [this.#main, this.#wanted, this.#names];
    this.#main = [];
    this.#names = new Map(names);
    this.#wanted = foldsIn(value);
    const text = this.#value(value, top);
    outside.push(`if ${condition} {`, ...[...this.#main, `${name} = ${text};`].map((l) => `  ${l}`), '}');
    [this.#main, this.#wanted, this.#names] = [outside, wanted, names];
  }

  /** Writes the loops of a nest. */
  #loops(nest: Nest): void {
    const depth = nest.counters.length;
    const inner: Level = depth === 0 ? top : { nest, depth };
    this.#blocks.set(nest, [[], ...nest.counters.map((): string[] => [])]);
    const wanted = nest.folds.filter((fold) => this.#wanted?.has(fold) ?? true);
    const body = wanted.flatMap((fold) => this.#fold(fold, inner));
    const lines = this.#blocks.get(nest)!;
    let text = [...lines[depth]!, ...body];
    for (let d = depth - 1; d >= 0; d--) {
      const { name, size } = nest.counters[d]!;
      text = [...lines[d]!, `for (let ${name} = 0; ${name} < ${size}; ${name}++) {`, ...text.map((l) => `  ${l}`), '}'];
    }
    this.#main.push(...text);
  }

  /**
   * Declares the accumulator of a fold outside of its loops, and returns the statements that
   * combine one more value into it.
   */
  #fold(fold: Fold, inner: Level): string[] {
    const sum = this.#fresh('t');
    this.#names.set(fold, sum);
    observer?.wrote?.(fold, sum);
    this.#line(top, `let ${sum} = ${this.#literal(folds[fold.by].identity)};`);
    const text = this.#value(fold.value, inner);
    if (fold.by !== 'max' && fold.by !== 'min') return [accumulate(fold.by, sum, text)];
    const value = this.#fresh('v');
    return [`const ${value} = ${text};`, accumulate(fold.by, sum, value)];
  }
}
