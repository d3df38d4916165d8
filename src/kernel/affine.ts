/**
 * A whole-number expression of thread and loop counters, in normal form: a constant plus atoms
 * times coefficients. An atom is a counter, ⌊r/k⌋ or r mod k. Each atom has a known range, so ⌊(4a
 * + b)/4⌋ simplifies to a where 0 ≤ b < 4, and a reshape there and back disappears.
 */
export interface Affine {
  readonly constant: number;
  readonly terms: readonly Term[];
}

interface Term {
  readonly atom: Atom;
  readonly by: number;
}

export type Atom =
  | { readonly kind: 'counter'; readonly key: string; readonly max: number }
  | {
      readonly kind: 'div' | 'mod';
      readonly key: string;
      readonly max: number;
      readonly of: Affine;
      readonly k: number;
    };

export const literal = (constant: number): Affine => ({ constant, terms: [] });

/** Returns a counter that runs from 0 to n − 1. */
export const counter = (name: string, n: number): Affine =>
  n === 1 ? literal(0) : { constant: 0, terms: [{ atom: { kind: 'counter', key: name, max: n - 1 }, by: 1 }] };

/** Returns a text that is equal for equal expressions. */
export const keyOf = (e: Affine): string => `${e.terms.map((t) => `${t.by}*${t.atom.key}`).join('+')}+${e.constant}`;

/** Returns two numbers between which the value of e always lies. */
export function bounds(e: Affine): [number, number] {
  let [low, high] = [e.constant, e.constant];
  for (const { atom, by } of e.terms) {
    if (by > 0) high += by * atom.max;
    else low += by * atom.max;
  }
  return [low, high];
}

/** Makes an expression in normal form: terms in order of their atoms, none of them 0. */
const build = (constant: number, terms: Iterable<Term>): Affine => ({
  constant,
  terms: [...terms]
    .filter((t) => t.by !== 0)
    .sort((a, b) => (a.atom.key < b.atom.key ? -1 : a.atom.key > b.atom.key ? 1 : 0)),
});

/** Returns e times a whole number. */
export const scale = (e: Affine, by: number): Affine =>
  by === 1
    ? e
    : build(
        e.constant * by,
        e.terms.map((t) => ({ atom: t.atom, by: t.by * by })),
      );

/**
 * Replaces k·m·⌊r/k⌋ + m·(r mod k) by m·r, also if the quotient is itself taken modulo a number.
 * Deletes the two terms and returns what replaces them, or undefined.
 */
function rejoin(terms: Map<string, Term>): Affine | undefined {
  for (const low of terms.values()) {
    if (low.atom.kind !== 'mod') continue;
    const { of, k } = low.atom;
    const whole = keyOf(floorDiv(of, k));
    for (const high of terms.values()) {
      if (high.by !== low.by * k) continue;
      const joined =
        `1*${high.atom.key}+0` === whole
          ? of
          : high.atom.kind === 'mod' && keyOf(high.atom.of) === whole
            ? mod(of, k * high.atom.k)
            : undefined;
      if (!joined) continue;
      terms.delete(low.atom.key);
      terms.delete(high.atom.key);
      return scale(joined, low.by);
    }
  }
  return undefined;
}

/** Returns the sum of expressions. */
export function sum(...parts: readonly Affine[]): Affine {
  let constant = 0;
  const terms = new Map<string, Term>();
  for (const e of parts) {
    constant += e.constant;
    for (const t of e.terms) terms.set(t.atom.key, { atom: t.atom, by: (terms.get(t.atom.key)?.by ?? 0) + t.by });
  }
  const joined = rejoin(terms);
  return joined ? sum(build(constant, terms.values()), joined) : build(constant, terms.values());
}

/** Writes e as k·quotient + remainder, where each term goes to one of the two as a whole. */
function divide(e: Affine, k: number): { quotient: Affine; remainder: Affine } {
  const whole = Math.floor(e.constant / k);
  const quotient: Term[] = [];
  const remainder: Term[] = [];
  for (const t of e.terms) {
    if (t.by % k === 0) quotient.push({ atom: t.atom, by: t.by / k });
    else remainder.push(t);
  }
  return { quotient: build(whole, quotient), remainder: build(e.constant - whole * k, remainder) };
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/**
 * Writes e as g·high + low, where g > 1 divides k and 0 ≤ low < g, with the greatest such g.
 * Returns undefined if there is none.
 */
function halves(e: Affine, k: number): { g: number; high: Affine; low: Affine } | undefined {
  const shared = new Set(e.terms.map((t) => gcd(Math.abs(t.by), k)).filter((g) => g > 1));
  for (const g of [...shared].sort((a, b) => b - a)) {
    const { quotient: high, remainder: low } = divide(e, g);
    const [least, most] = bounds(low);
    if (least >= 0 && most < g) return { g, high, low };
  }
  return undefined;
}

/** Returns ⌊e/k⌋ for e ≥ 0. */
export function floorDiv(e: Affine, k: number): Affine {
  if (k === 1) return e;
  const { quotient, remainder } = divide(e, k);
  const [low, high] = bounds(remainder);
  if (low >= 0 && high < k) return quotient;
  // A dividend must not be negative. If the remainder may be, all of e is divided.
  const [whole, rest] = low < 0 ? [literal(0), e] : [quotient, remainder];
  // ⌊(gr + s)/gk⌋ = ⌊r/k⌋ for 0 ≤ s < g.
  const parts = halves(rest, k);
  return sum(whole, parts ? floorDiv(parts.high, k / parts.g) : opaque('div', rest, k));
}

/** Returns e mod k for e ≥ 0. */
export function mod(e: Affine, k: number): Affine {
  if (k === 1) return literal(0);
  const { remainder } = divide(e, k);
  const [low, high] = bounds(remainder);
  if (low >= 0 && high < k) return remainder;
  // (gr + s) mod gk = g (r mod k) + s for 0 ≤ s < g.
  const rest = low < 0 ? e : remainder;
  const parts = halves(rest, k);
  if (parts) return sum(scale(mod(parts.high, k / parts.g), parts.g), parts.low);
  return opaque('mod', rest, k);
}

/** Returns ⌊of/k⌋ or of mod k as an atom, after the simplifications that remain. */
function opaque(kind: 'div' | 'mod', of: Affine, k: number): Affine {
  const only = of.terms[0];
  if (of.terms.length === 1 && of.constant === 0 && only!.by === 1) {
    const { atom } = only!;
    // ⌊⌊r/a⌋/b⌋ = ⌊r/ab⌋, (r mod ab) mod b = r mod b.
    if (kind === 'div' && atom.kind === 'div') return floorDiv(atom.of, atom.k * k);
    if (kind === 'mod' && atom.kind === 'mod' && atom.k % k === 0) return mod(atom.of, k);
  }
  const [, high] = bounds(of);
  const max = kind === 'div' ? Math.floor(high / k) : Math.min(k - 1, high);
  if (max <= 0) return literal(0);
  return { constant: 0, terms: [{ atom: { kind, key: `${kind}(${keyOf(of)},${k})`, max, of, k }, by: 1 }] };
}

/** Returns the coordinates in `shape` of the flat, row-major index e. */
export function unravel(e: Affine, shape: readonly number[]): Affine[] {
  let step = 1;
  const out: Affine[] = [];
  for (let d = shape.length - 1; d >= 0; d--) {
    const size = shape[d]!;
    const high = floorDiv(e, step);
    out[d] = d === 0 || size === 1 ? (size === 1 ? literal(0) : high) : mod(high, size);
    step *= size;
  }
  return out;
}

/** Returns the flat, row-major index of coordinates in `shape`. */
export function ravel(coordinates: readonly Affine[], shape: readonly number[]): Affine {
  let step = 1;
  let out = literal(0);
  for (let d = shape.length - 1; d >= 0; d--) {
    out = sum(out, scale(coordinates[d]!, step));
    step *= shape[d]!;
  }
  return out;
}

/** Returns the names of the counters on which e depends. */
export const countersOf = (e: Affine): string[] =>
  e.terms.flatMap(({ atom }) => (atom.kind === 'counter' ? [atom.key] : countersOf(atom.of)));

/**
 * Replaces counters in e by the expressions that `of` returns; it keeps those for which that is
 * undefined.
 */
export function replaced(e: Affine, of: (name: string, atom: Atom) => Affine | undefined): Affine {
  const parts = e.terms.map(({ atom, by }) => {
    if (atom.kind !== 'counter')
      return scale((atom.kind === 'div' ? floorDiv : mod)(replaced(atom.of, of), atom.k), by);
    return scale(of(atom.key, atom) ?? { constant: 0, terms: [{ atom, by: 1 }] }, by);
  });
  return sum(literal(e.constant), ...parts);
}
