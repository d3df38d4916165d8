/**
 * `npm run check:op NAME …` checks entries of kernels/elementwise.ts in seconds: their values and
 * derivatives against the rows of test/suites/meaning.ts, and what a float32 machine makes of them.
 * Errors are in units of the last place of float32. The exit code is 1 if the value or a derivative
 * is wrong.
 */
import { elementwise as table, type ElementwiseName, type Entry } from '../kernels/elementwise.ts';
import { evaluate, inlined, kernelExpr, parseScalar, type Expr } from '../src/graph/scalar.ts';
import { awayFromKinks, line, meaning } from '../test/suites/meaning.ts';
import { samples, strictFloat32, ulps } from '../test/support/strictFloat32.ts';

/** The largest error of a value or a derivative in float64: anything above is another function. */
const allowed = 1;

/** The weights of the central difference of order h⁶. */
const stencil = [3 / 4, -3 / 20, 1 / 60];

const difference = (f: (x: number) => number, x: number, h: number): number =>
  stencil.reduce((sum, w, k) => sum + w * (f(x + (k + 1) * h) - f(x - (k + 1) * h)), 0) / h;

/** The derivative of f at x by differences of two steps, and how far the two are apart. */
function slope(f: (x: number) => number, x: number): [derivative: number, uncertainty: number] {
  const h = Math.max(Math.abs(x), 1 / 16) * 2 ** -7;
  const fine = difference(f, x, h);
  return [fine, Math.abs(fine - difference(f, x, 2 * h)) + (2 ** -52 * Math.abs(f(x))) / h];
}

interface Worst {
  error: number;
  at: string;
}

/** Keeps the largest error, with the inputs and the two numbers. */
function note(worst: Worst, error: number, xs: readonly number[], got: number, want: number): void {
  const known = Number.isNaN(error) ? Infinity : error;
  if (known <= worst.error) return;
  worst.error = known;
  worst.at = `at ${xs.map((x, i) => `${'xyz'[i]} = ${x}`).join(', ')}: must be ${want}, got ${got}`;
}

/**
 * Inputs from the row's intervals, on a grid that differs from input to input. No two of them are
 * close, because many operations jump where they are equal.
 */
function points(name: ElementwiseName): number[][] {
  const { from = [], skip = () => false } = meaning[name];
  const { arity } = table[name];
  return Array.from({ length: 1000 }, (_, n) =>
    Array.from({ length: arity }, (_, i) => {
      const [low, high] = from[i] ?? line;
      const x = low + (high - low) * (((n + 0.5) * [1 / 1000, 0.6180339887498949, 0.7548776662466927][i]!) % 1);
      return Math.fround(i === 0 ? awayFromKinks(name, x) : x);
    }),
  ).filter((xs) => !skip(...xs) && xs.every((x, i) => xs.every((y, j) => i === j || Math.abs(x - y) > 1 / 8)));
}

/** Returns whether the entry is right, and prints a line for each of its forms. */
function check(name: ElementwiseName): boolean {
  const entry: Entry = table[name];
  const { f } = meaning[name];
  const inputs = points(name);
  let right = true;
  const report = (what: string, { error, at }: Worst, limit = Infinity): void => {
    const wrong = !(error <= limit);
    right &&= !wrong;
    const number = Number.isFinite(error) ? error.toPrecision(2) : 'infinitely many';
    console.log(`${wrong ? 'WRONG' : 'ok   '} ${name}: ${what}: ${number} ulps${at === '' ? '' : ` ${at}`}`);
  };

  const value: Worst = { error: 0, at: '' };
  for (const xs of inputs)
    note(value, Math.abs(entry.value(...xs) - f(...xs)) / unit(f(...xs)), xs, entry.value(...xs), f(...xs));
  report('value', value, allowed);

  entry.partials.forEach((partial, i) => {
    if (name === 'where' && i === 0) return;
    const e: Expr = partial === null ? { kind: 'number', value: 0 } : parseScalar(partial);
    const [exact, rounded]: Worst[] = [
      { error: 0, at: '' },
      { error: 0, at: '' },
    ];
    const strict = inlined(e);
    for (const xs of inputs) {
      const got = evaluate(e, [...xs, entry.value(...xs)]);
      const [want, uncertain] = slope((x) => f(...xs.with(i, x)), xs[i]!);
      note(exact!, Math.max(0, Math.abs(got - want) - 4 * uncertain) / unit(want), xs, got, want);
      const y = strictFloat32(kernelExpr(name), xs);
      const single = strictFloat32(strict, [...xs, y]);
      note(rounded!, ulps(single, got), xs, single, got);
    }
    report(`derivative by ${'xyz'[i]}`, exact!, allowed);
    report(`derivative by ${'xyz'[i]} in float32`, rounded!);
  });

  const kernel: Worst = { error: 0, at: '' };
  const [first, ...others] = entry.domain.map((d) =>
    samples(
      d,
      entry.kinks.filter((kink) => kink !== 0),
    ),
  );
  first!.forEach((x, n) => {
    const xs = [x, ...others.map((list, i) => list[(n * [7, 13][i]! + 5) % list.length]!)];
    const got = strictFloat32(kernelExpr(name), xs);
    note(kernel, ulps(got, entry.value(...xs)), xs, got, entry.value(...xs));
  });
  report(`${entry.kernel ? 'kernel form' : 'value'} in float32, over its whole domain`, kernel);
  return right;
}

/** One unit of the last place of a float32 number, at least that of the smallest normal one. */
const unit = (x: number): number => 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(x)))) - 23);

/** Throws unless `name` can be checked. */
function known(name: string): ElementwiseName {
  if (!Object.hasOwn(table, name))
    throw new Error(`check:op: the name of an entry of kernels/elementwise.ts is needed, got '${name}'`);
  if (!Object.hasOwn(meaning, name))
    throw new Error(`check:op: ${name} needs a row in test/suites/meaning.ts that says what it computes`);
  return name as ElementwiseName;
}

try {
  const names = process.argv.slice(2);
  for (const name of names.length > 0 ? names : ['']) if (!check(known(name))) process.exitCode = 1;
} catch (error) {
  console.error(
    (error as Error).message.replace(
      'internal: ',
      'check:op: a form may use only its arguments, numbers, Math and op: ',
    ),
  );
  process.exitCode = 2;
}
