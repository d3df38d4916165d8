import type { Context } from '../claim.ts';
import type { Position } from './positions.ts';

const list = (xs: readonly number[]): string => `[${xs.join(', ')}]`;

/** A program of the given lines, which imports the given names. */
export const program = (names: string, ...lines: readonly string[]): string =>
  [`import { ${names} } from 'cotangent';`, ...lines].join('\n');

/** The options with which `signDrop` is called at a position, without its draw. */
export function optionsText({ k, keep, leak, zeroSign }: Omit<Position, 'U'>): string {
  const parts = [
    k !== undefined && k !== 1 && `k: ${k}`,
    keep && `keep: ${String(keep)}`,
    leak && `leak: ${list(leak)}`,
    zeroSign && `zeroSign: '${zeroSign}'`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** One update, as an expression. */
const call = (x: Omit<Position, 'U'>, U: string): string => {
  const options = [`draw: tensor(${U})`, `marginalize: 'none'`, optionsText(x)].filter(Boolean).join(', ');
  const h = x.A === undefined ? '' : `, tensor(${x.A})`;
  return `signDrop({ ${options} })(tensor(${list(x.g)})${h}).item()`;
};

/** A program that prints the update of each position for its draw. */
export const updatesSnippet = (...positions: readonly Position[]): string =>
  program('signDrop, tensor', ...positions.map((x) => `console.log(await ${call(x, String(x.U))});`));

/**
 * A program that prints, for each position, the two values of its update and an expectation over
 * them.
 */
export const lawSnippet = (
  what: string,
  ...positions: readonly (Omit<Position, 'U'> & { readonly f: number })[]
): string =>
  program(
    'signDrop, tensor',
    ...positions.flatMap((x) => [
      '{',
      `  const f = ${x.f}; // the chance that U < f`,
      `  const x = await ${call(x, 'f / 2')}; // the update where U < f`,
      `  const y = await ${call(x, '(1 + f) / 2')}; // the update where U > f`,
      `  console.log(x, y, ${what});`,
      '}',
    ]),
  );

/**
 * A program that prints, for each parameter vector, the expectation of `what`, a function of s =
 * ‖X‖₂², as a sum over the outcomes of the draws. With `Math.sqrt(s)` it is E‖X‖₂.
 */
export const normSnippet = (
  what: string,
  k: number,
  ...vectors: readonly (readonly { readonly g: readonly number[]; readonly f: number }[])[]
): string =>
  program(
    'signDrop, tensor',
    'async function expected(positions) {',
    '  let outcomes = [[1, 0]]; // the chance, and ‖X‖₂²',
    '  for (const [g, f] of positions) {',
    `    const X = (U) => signDrop({ draw: tensor(U), marginalize: 'none', k: ${k} })(tensor(g)).item();`,
    '    const [x, y] = [await X(f / 2), await X((1 + f) / 2)]; // U < f, U > f',
    '    outcomes = outcomes.flatMap(([c, s]) => [[c * f, s + x * x], [c * (1 - f), s + y * y]]);',
    '  }',
    `  return outcomes.reduce((sum, [c, s]) => sum + c * ${what}, 0);`,
    '}',
    '// Gradients of the losses at each position, and the chance that U < f there.',
    ...vectors.map(
      (positions) => `console.log(await expected([${positions.map(({ g, f }) => `[${list(g)}, ${f}]`).join(', ')}]));`,
    ),
  );

/** A program that checks one claim again, for cases that are too large to print. */
export const rerunSnippet = (name: string, { device, seed, runs, all }: Context): string =>
  [
    `import { claims, verify } from 'cotangent/testing';`,
    `const one = claims.filter(({ name }) => name === '${name}');`,
    `const { results } = await verify({ claims: one, devices: ['${device}'], seed: ${seed}, runs: ${runs}${all ? ', all: true' : ''} });`,
    'console.log(results[0].counterexample.found);',
  ].join('\n');
