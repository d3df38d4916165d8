import { reduce as folds } from '../../../kernels/reduce.ts';
import { range } from '../../graph/shape.ts';
import { largestIndex } from '../limits.ts';
import { bounds, keyOf, type Affine, type Atom } from './affine.ts';
import {
  laneCount,
  type Code,
  type Fold,
  type Guard,
  type Guarded,
  type KernelCode,
  type Nest,
  type Source,
} from './code.ts';
import { levelsOf, top, type Level } from './levels.ts';
import { inFours, readInFours, wholeNumbers } from './shaders.ts';
import { usesOf } from './uses.ts';
import { accumulate, comparisons, infix } from './syntax.ts';

export type Dialect = 'cpu' | 'webgpu' | 'webgl' | 'webgl2' | 'headlessgl';

/** Whether a code is the same number wherever it is computed. */
const isFixed = (code: Code): boolean => code.kind === 'number' || (code.kind === 'call' && code.args.every(isFixed));

export function print({ results, places, sizes, scalars }: KernelCode, dialect: Dialect): Source {
  const numbers: number[] = [];
  /** Outside of all loops, and in the loops of a nest. */
  let main: string[] = [];
  const blocks = new Map<Nest, string[][]>();
  const names = new Map<Code | Fold | Guarded, string>();
  const atoms = new Map<string, string>();
  const pointers = new Map<string, string>();
  const wholes: string[] = [];
  let count = 0;

  const fresh = (letter: string): string => `${letter}${count++}`;
  const line = ({ nest, depth }: Level, text: string): void =>
    void (nest ? blocks.get(nest)![depth]! : main).push(text);

  /** WebGL 1 hands over at half precision what its compiler folds to a literal: its output is `mediump`. */
  const foldsAway = dialect === 'webgl' && results.every(isFixed);

  /** Pointers are declared as integers; GLSL does not take a number for one. */
  const whole = dialect === 'webgpu';

  const { uses, nests } = usesOf(results, places);
  const fours =
    dialect === 'webgl2' && results.length > 1 ? readInFours(uses.keys(), sizes) : new Map<number, number>();
  const texels = new Map<string, string>();
  const { level, affineLevel, atomLevel } = levelsOf(nests, places);

  function scalar(value: number): string {
    let i = numbers.findIndex((s) => Object.is(s, value));
    if (i < 0) i = numbers.push(value) - 1;
    return `s${scalars + i}`;
  }

  /** A literal. What shaders misread (∞, NaN, whole numbers beyond 32 bits) is passed as a number instead. */
  function literalText(value: number): string {
    if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 31)
      return value < 0 ? `(-${scalar(-value)})` : scalar(value);
    return value < 0 || Object.is(value, -0) ? `(-${-value})` : `${value}`;
  }

  function atomText(atom: Atom): string {
    if (atom.kind === 'counter' && !places.has(atom.key))
      return atom.key === 'x' || atom.key === 'y' ? `this.thread.${atom.key}` : atom.key;
    let name = atoms.get(atom.key);
    if (!name) {
      const at = atomLevel(atom);
      if (atom.kind === 'counter') {
        const text = expression(places.get(atom.key)!, at);
        line(at, `const ${(name = fresh('i'))} = ${text};`);
      } else name = quotient(atom, at);
      atoms.set(atom.key, name);
    }
    return name;
  }

  /** ⌊r/k⌋ or r mod k. GPUs divide inexactly: small indices are taken at their centre, large ones corrected. */
  function quotient(atom: Exclude<Atom, { kind: 'counter' }>, at: Level): string {
    const { of, k } = atom;
    const whole = atoms.get(`⌊${keyOf(of)}/${k}⌋`) ?? divide(of, k, at);
    if (atom.kind === 'div') return whole;
    const name = fresh('i');
    line(at, `const ${name} = ${affineText(of)} - ${whole} * ${k};`);
    return name;
  }

  function divide(of: Affine, k: number, at: Level): string {
    const name = fresh('i');
    checkIndex(of);
    const exact = dialect === 'cpu' || Number.isInteger(Math.log2(k));
    const text = affineText(of);
    if (exact) line(at, `const ${name} = Math.floor((${text}) / ${k});`);
    else if (bounds(of)[1] < 2 ** 19) line(at, `const ${name} = Math.floor((${text} + 0.5) / ${k});`);
    else {
      const [guess, rest] = [fresh('i'), fresh('i')];
      line(at, `const ${guess} = Math.floor((${text}) / ${k});`);
      line(at, `const ${rest} = ${text} - ${guess} * ${k};`);
      line(at, `const ${name} = ${rest} < 0 ? ${guess} - 1 : (${rest} >= ${k} ? ${guess} + 1 : ${guess});`);
    }
    atoms.set(`⌊${keyOf(of)}/${k}⌋`, name);
    return name;
  }

  function checkIndex(e: Affine): void {
    const [, high] = bounds(e);
    if (dialect !== 'cpu' && high > largestIndex)
      throw new Error(`${dialect}: an index in a kernel must be at most ${largestIndex}, got ${high}; use cpu`);
  }

  function affineText(e: Affine): string {
    checkIndex(e);
    const parts = e.terms.map(({ atom, by }) => {
      const name = atomText(atom);
      return by === 1 ? name : by === -1 ? `-${name}` : `${name} * ${by < 0 ? `(${by})` : by}`;
    });
    if (e.constant !== 0 || parts.length === 0) parts.push(`${e.constant}`);
    return parts.reduce((a, b) => (b.startsWith('-') ? `${a} - ${b.slice(1)}` : `${a} + ${b}`));
  }

  function readText(i: number, index: Affine): string {
    if (fours.has(i)) {
      const { texel, channel } = inFours(index, fours.get(i)!)!;
      const key = `${i} ${keyOf(texel)}`;
      let name = texels.get(key);
      if (!name) {
        texels.set(key, (name = fresh('v')));
        line(affineLevel(texel), `const ${name} = a${i}[${pointerText(texel)}];`);
      }
      return `${name}[${channel}]`;
    }
    return `a${i}[${pointerText(index)}]`;
  }

  /** An index that grows by the same with every turn of the innermost loop: what does not grow is added up outside. */
  function pointerText(index: Affine): string {
    const at = affineLevel(index);
    const last = at.nest?.counters.at(-1);
    const linear = index.terms.every((t) => t.atom.key === last?.name || atomLevel(t.atom).depth < at.depth);
    const by = linear ? index.terms.find((t) => t.atom.key === last?.name)?.by : undefined;
    if (by === undefined || at.nest === undefined) return affineText(index);
    const base: Affine = {
      constant: whole ? 0 : index.constant,
      terms: index.terms.filter((t) => t.atom.key !== last!.name),
    };
    const outside: Level = { nest: at.nest, depth: at.depth - 1 };
    const key = `${last!.name};${keyOf(base)};${by}`;
    let name = pointers.get(key);
    if (!name) {
      pointers.set(key, (name = fresh('p')));
      wholes.push(name);
      line(outside, `${whole ? '' : 'const '}${name} = ${affineText(base)};`);
    }
    const constant = whole ? index.constant : 0;
    const turned = `${name} + ${last!.name}${by === 1 ? '' : ` * ${by}`}`;
    return constant === 0 ? turned : constant > 0 ? `${turned} + ${constant}` : `${turned} - ${-constant}`;
  }

  /** The text of a code where `at` is: its name if it has one, itself if it is used here alone. */
  function ref(code: Code, at: Level): string {
    if (code.kind === 'number') return foldsAway ? scalar(code.value) : literalText(code.value);
    if (code.kind === 'scalar') return `s${code.at}`;
    const known = names.get(code.kind === 'fold' ? code.fold : code.kind === 'guarded' ? code.of : code);
    if (known) return known;
    if (code.kind === 'fold') return nestText(code.nest, code.fold);
    if (code.kind === 'guarded') return guardText(code.guard, code.of);
    const own = level(code);
    const inline = uses.get(code) === 1 && own.nest === at.nest && own.depth === at.depth;
    const text = expression(code, own);
    if (inline || isCondition(code)) return text;
    const name = fresh('v');
    line(own, `const ${name} = ${text};`);
    names.set(code, name);
    return name;
  }

  const isCondition = (code: Code): boolean =>
    code.kind === 'call' && (code.name in comparisons || code.name === 'not');

  /** A truth value, as JavaScript's conditions want it. */
  function condition(code: Code, at: Level): string {
    if (code.kind === 'call' && code.name in comparisons) {
      const [a, b] = code.args as [Code, Code];
      const side = code.name === 'and' || code.name === 'or' ? condition : ref;
      return `(${side(a, at)} ${comparisons[code.name]} ${side(b, at)})`;
    }
    if (code.kind === 'call' && code.name === 'not') return `(!${condition(code.args[0]!, at)})`;
    return `(${ref(code, at)} !== 0)`;
  }

  function expression(code: Code, at: Level): string {
    // Products of integers overflow, and GLSL keeps integers and numbers apart; gpu.js divides in floating point.
    if (code.kind === 'index') return dialect === 'cpu' ? `(${affineText(code.of)})` : `((${affineText(code.of)}) / 1)`;
    if (code.kind === 'read') return readText(code.array, code.index);
    if (code.kind !== 'call') return ref(code, at);
    const { name, args } = code;
    if (isCondition(code)) return `(${condition(code, at)} ? 1 : 0)`;
    if (name === 'where') return `(${condition(args[0]!, at)} ? ${ref(args[1]!, at)} : ${ref(args[2]!, at)})`;
    if (name === 'neg') return `(-${ref(args[0]!, at)})`;
    const texts = args.map((a) => ref(a, at));
    return name in infix ? `(${texts[0]} ${infix[name]} ${texts[1]})` : `Math.${name}(${texts.join(', ')})`;
  }

  function nestText(nest: Nest, wanted: Fold): string {
    const depth = nest.counters.length;
    const inner: Level = depth === 0 ? top : { nest, depth };
    blocks.set(nest, [[], ...nest.counters.map((): string[] => [])]);
    const body: string[] = [];
    for (const fold of nest.folds) {
      const acc = fresh('t');
      names.set(fold, acc);
      const identity = folds[fold.by].identity;
      line(top, `let ${acc} = ${literalText(identity)};`);
      let text = ref(fold.value, inner);
      if (fold.by === 'max' || fold.by === 'min') {
        const v = fresh('v');
        body.push(`const ${v} = ${text};`);
        text = v;
      }
      body.push(accumulate(fold.by, acc, text));
    }
    const lines = blocks.get(nest)!;
    lines[depth]!.push(...body);
    let text = lines[depth]!;
    for (let d = depth - 1; d >= 0; d--) {
      const { name, size } = nest.counters[d]!;
      text = [...lines[d]!, `for (let ${name} = 0; ${name} < ${size}; ${name}++) {`, ...text.map((l) => `  ${l}`), '}'];
    }
    main.push(...text);
    return names.get(wanted)!;
  }

  function guardText({ all }: Guard, wanted: Guarded): string {
    for (const one of all) {
      const name = fresh('y');
      line(top, `let ${name} = ${ref(one.value, top)};`);
      names.set(one, name);
    }
    const tests = all.map(({ test }) => condition(test, top));
    // What is named inside is not known outside.
    const known = [names, atoms, pointers, texels].map((map) => [map, new Set<unknown>(map.keys())] as const);
    const outside = main;
    main = [];
    const texts = all.map(({ otherwise }) => ref(otherwise, top));
    const inside = all.map((one, i) => `${names.get(one)} = ${tests[i]} ? ${names.get(one)} : ${texts[i]};`);
    outside.push(`if (!${tests.length === 1 ? tests[0] : `(${tests.join(' && ')})`}) {`);
    outside.push(...[...main, ...inside].map((l) => `  ${l}`), '}');
    main = outside;
    for (const [map, keys] of known) for (const key of map.keys()) if (!keys.has(key)) map.delete(key as never);
    return names.get(wanted)!;
  }

  const texts = results.map((code) => ref(code, top));
  const rows = range(Math.ceil(texts.length / laneCount)).map((i) => texts.slice(laneCount * i, laneCount * (i + 1)));
  const returned = rows.map((row) => `return ${texts.length === 1 ? row[0]! : `[${row.join(', ')}]`};`);
  if (whole) main.unshift(...wholeNumbers(wholes));
  const params = [...sizes.map((_, i) => `a${i}`), ...range(scalars + numbers.length).map((i) => `s${i}`)];
  const lines = [...main, ...returned];
  return {
    text: `function (${params.join(', ')}) {\n${lines.map((l) => `  ${l}`).join('\n')}\n}`,
    byFours: sizes.map((_, i) => fours.get(i) ?? 0),
    numbers,
  };
}
