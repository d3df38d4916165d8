import { reduce as folds } from '../../../kernels/reduce.ts';
import { range } from '../../graph/shape.ts';
import { bounds, type Affine, type Atom } from '../../kernel/affine.ts';
import { foldsIn, foldsOfSide, isTruth, type Code, type Fold, type KernelCode, type Nest } from '../../kernel/code.ts';
import { levelsOf, top, type Level } from '../../kernel/levels.ts';
import { usesOf } from '../../kernel/uses.ts';
import type { Dialect } from './dialect.ts';
import { accumulate, conditions, infix } from './syntax.ts';
import { inFours } from './fours.ts';

/** How many neighbours a thread of a shader returns at once: as many as gpu.js lets it. */
export const laneCount = 4;

/** A kernel as gpu.js takes it: JavaScript of arrays a0, a1, … and then numbers s0, s1, …. */
export interface Source {
  readonly text: string;
  /**
   * For each array, how far apart the four numbers are that it reads at once; 0 if it reads one.
   */
  readonly byFours: readonly number[];
  /** Numbers to pass after the kernel's scalars: values that a literal cannot be trusted with. */
  readonly numbers: readonly number[];
}

export const print = (code: KernelCode, dialect: Dialect): Source => new Printer(code, dialect).source();

/** Whether a code is the same number wherever it is computed. */
const isFixed = (code: Code): boolean => code.kind === 'number' || (code.kind === 'call' && code.args.every(isFixed));

const keyText = (e: Affine): string => `${e.constant}${e.terms.map((t) => `+${t.by}${t.atom.key}`).join('')}`;

class Printer {
  readonly #code: KernelCode;
  readonly #dialect: Dialect;
  readonly #uses: ReadonlyMap<Code, number>;
  readonly #levels: ReturnType<typeof levelsOf>;
  readonly #fours: ReadonlyMap<number, number>;
  readonly #passesFixed: boolean;
  /** Statements outside of all loops, and in the loops of a nest. */
  #main: string[] = [];
  readonly #blocks = new Map<Nest, string[][]>();
  /** The folds of a branch's loops; undefined outside of branches. */
  #wanted: ReadonlySet<Fold> | undefined;
  /** Names of what has been computed, by kind. */
  readonly #values = new Map<Code | Fold, string>();
  readonly #atoms = new Map<string, string>();
  readonly #pointers = new Map<string, string>();
  readonly #texels = new Map<string, string>();
  readonly #integers: string[] = [];
  readonly #numbers: number[] = [];
  #count = 0;

  constructor(code: KernelCode, dialect: Dialect) {
    this.#code = code;
    this.#dialect = dialect;
    const { uses, nests } = usesOf(code.results, code.places);
    this.#uses = uses;
    this.#levels = levelsOf(nests, code.places);
    this.#fours = (code.results.length > 1 && dialect.fours?.(uses.keys(), code.sizes)) || new Map<number, number>();
    this.#passesFixed = dialect.passesFixed && code.results.every(isFixed);
  }

  source(): Source {
    const { results, sizes, scalars } = this.#code;
    const texts = results.map((code) => this.#value(code, top));
    const rows = range(Math.ceil(texts.length / laneCount)).map((i) => texts.slice(laneCount * i, laneCount * (i + 1)));
    const returned = rows.map((row) => `return ${texts.length === 1 ? row[0]! : `[${row.join(', ')}]`};`);
    const params = [...sizes.map((_, i) => `a${i}`), ...range(scalars + this.#numbers.length).map((i) => `s${i}`)];
    const lines = [...(this.#dialect.integers?.(this.#integers) ?? []), ...this.#main, ...returned];
    return {
      text: `function (${params.join(', ')}) {\n${lines.map((l) => `  ${l}`).join('\n')}\n}`,
      byFours: sizes.map((_, i) => this.#fours.get(i) ?? 0),
      numbers: this.#numbers,
    };
  }

  #fresh(letter: string): string {
    return `${letter}${this.#count++}`;
  }

  #line({ nest, depth }: Level, text: string): void {
    (nest ? this.#blocks.get(nest)![depth]! : this.#main).push(text);
  }

  #passed(value: number): string {
    let i = this.#numbers.findIndex((s) => Object.is(s, value));
    if (i < 0) i = this.#numbers.push(value) - 1;
    return `s${this.#code.scalars + i}`;
  }

  /** A literal. What shaders misread (∞, NaN, whole numbers beyond 32 bits) is passed instead. */
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
    let name = this.#atoms.get(atom.key);
    if (name === undefined) {
      const at = this.#levels.atom(atom);
      if (atom.kind === 'counter') {
        const text = this.#expression(places.get(atom.key)!, at);
        this.#line(at, `const ${(name = this.#fresh('i'))} = ${text};`);
      } else name = this.#quotient(atom, at);
      this.#atoms.set(atom.key, name);
    }
    return name;
  }

  /** ⌊r/k⌋ or r mod k. */
  #quotient({ kind, of, k }: Exclude<Atom, { kind: 'counter' }>, at: Level): string {
    const whole = this.#atoms.get(`⌊${keyText(of)}/${k}⌋`) ?? this.#divided(of, k, at);
    if (kind === 'div') return whole;
    const name = this.#fresh('i');
    this.#line(at, `const ${name} = ${this.#index(of)} - ${whole} * ${k};`);
    return name;
  }

  /** Inexact division takes small indices at their centre, and corrects large ones. */
  #divided(of: Affine, k: number, at: Level): string {
    const name = this.#fresh('i');
    const text = this.#index(of);
    if (this.#dialect.dividesExactly || Number.isInteger(Math.log2(k)))
      this.#line(at, `const ${name} = Math.floor((${text}) / ${k});`);
    else if (bounds(of)[1] < 2 ** 19) this.#line(at, `const ${name} = Math.floor((${text} + 0.5) / ${k});`);
    else {
      const [guess, rest] = [this.#fresh('i'), this.#fresh('i')];
      this.#line(at, `const ${guess} = Math.floor((${text}) / ${k});`);
      this.#line(at, `const ${rest} = ${text} - ${guess} * ${k};`);
      this.#line(at, `const ${name} = ${rest} < 0 ? ${guess} - 1 : (${rest} >= ${k} ? ${guess} + 1 : ${guess});`);
    }
    this.#atoms.set(`⌊${keyText(of)}/${k}⌋`, name);
    return name;
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
    const apart = this.#fours.get(array);
    if (apart === undefined) return `a${array}[${this.#pointer(index)}]`;
    const { texel, channel } = inFours(index, apart)!;
    const key = `${array} ${keyText(texel)}`;
    let name = this.#texels.get(key);
    if (name === undefined) {
      this.#texels.set(key, (name = this.#fresh('v')));
      this.#line(this.#levels.index(texel), `const ${name} = a${array}[${this.#pointer(texel)}];`);
    }
    return `${name}[${channel}]`;
  }

  /**
   * An index that grows by the same with every turn of the innermost loop: what does not grow is
   * added up outside.
   */
  #pointer(index: Affine): string {
    const at = this.#levels.index(index);
    const last = at.nest?.counters.at(-1);
    const isLast = (t: Affine['terms'][number]): boolean => t.atom.key === last?.name;
    const linear = index.terms.every((t) => isLast(t) || this.#levels.atom(t.atom).depth < at.depth);
    const by = linear ? index.terms.find(isLast)?.by : undefined;
    if (by === undefined || at.nest === undefined) return this.#index(index);
    // Integers of different constants are one variable.
    const apart = this.#dialect.integers ? index.constant : 0;
    const base = { constant: index.constant - apart, terms: index.terms.filter((t) => !isLast(t)) };
    const key = `${last!.name};${keyText(base)};${by}`;
    let name = this.#pointers.get(key);
    if (name === undefined) {
      this.#pointers.set(key, (name = this.#fresh('p')));
      this.#integers.push(name);
      const declared = this.#dialect.integers ? '' : 'const ';
      this.#line({ nest: at.nest, depth: at.depth - 1 }, `${declared}${name} = ${this.#index(base)};`);
    }
    const turned = `${name} + ${last!.name}${by === 1 ? '' : ` * ${by}`}`;
    return apart === 0 ? turned : apart > 0 ? `${turned} + ${apart}` : `${turned} - ${-apart}`;
  }

  /** The text of a code where `at` is: its name if it has one, itself if it is used here alone. */
  #value(code: Code, at: Level): string {
    if (code.kind === 'number') return this.#literal(code.value);
    if (code.kind === 'scalar') return `s${code.at}`;
    const known = this.#values.get(code.kind === 'fold' ? code.fold : code);
    if (known !== undefined) return known;
    if (code.kind === 'fold') {
      this.#loops(code.nest);
      return this.#values.get(code.fold)!;
    }
    const own = this.#levels.code(code);
    const inline = this.#uses.get(code) === 1 && own.nest === at.nest && own.depth === at.depth;
    const text = this.#expression(code, own);
    if (inline || isTruth(code)) return text;
    const name = this.#fresh('v');
    this.#line(own, `const ${name} = ${text};`);
    this.#values.set(code, name);
    return name;
  }

  /** A truth value, as JavaScript's conditions want it. */
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
    // What webasm does with the bits of an exponent, for reading.
    if (name === 'exponentOf') return `Math.floor(Math.log2(${texts[0]}))`;
    if (name === 'timesTwoTo') return `(${texts[0]} * Math.pow(2, Math.trunc(${texts[1]})))`;
    return name in infix ? `(${texts[0]} ${infix[name]} ${texts[1]})` : `Math.${name}(${texts.join(', ')})`;
  }

  /**
   * One of two values. A side with a loop of its own is a branch, which only those threads enter
   * that need it.
   */
  #choice([test, yes, no]: readonly [Code, Code, Code], at: Level): string {
    const isBranch = (side: Code, other: Code): boolean =>
      foldsOfSide(side, other, test).some((fold) => !this.#values.has(fold));
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

  /** Statements that set a variable under a condition; the names they use stay inside. */
  #branch(condition: string, name: string, value: Code): void {
    const maps: readonly Map<unknown, string>[] = [this.#values, this.#atoms, this.#pointers, this.#texels];
    const known = maps.map((map) => new Set(map.keys()));
    const [outside, wanted] = [this.#main, this.#wanted];
    this.#main = [];
    this.#wanted = foldsIn(value);
    const text = this.#value(value, top);
    outside.push(`if ${condition} {`, ...[...this.#main, `${name} = ${text};`].map((l) => `  ${l}`), '}');
    [this.#main, this.#wanted] = [outside, wanted];
    maps.forEach((map, i) => [...map.keys()].filter((key) => !known[i]!.has(key)).forEach((key) => map.delete(key)));
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

  /** The statements that take one more value into a fold, which is declared outside. */
  #fold(fold: Fold, inner: Level): string[] {
    const sum = this.#fresh('t');
    this.#values.set(fold, sum);
    this.#line(top, `let ${sum} = ${this.#literal(folds[fold.by].identity)};`);
    const text = this.#value(fold.value, inner);
    if (fold.by !== 'max' && fold.by !== 'min') return [accumulate(fold.by, sum, text)];
    const value = this.#fresh('v');
    return [`const ${value} = ${text};`, accumulate(fold.by, sum, value)];
  }
}
