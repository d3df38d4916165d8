/** Everything that the picture of Figure 1 depends on. A link holds all of it. */
export interface Figure1State {
  /** The gradient of each loss at each position: a list for each position. */
  readonly gradients: readonly (readonly number[])[];
  readonly k: number;
  readonly leak: number;
  readonly seed: number;
  /** The number of draws that were made; draw j is `uniform(seed, j, position)`. */
  readonly draws: number;
}

/** The second position of examples/4-two-gradients.ts, before any draw. */
export const start: Figure1State = { gradients: [[7, -3]], k: 1, leak: 0, seed: 1, draws: 0 };

/** What the controls offer, and what a link may ask for. */
export const most = { positions: 4, losses: 4, linkPositions: 12, linkLosses: 6, draws: 10_000 } as const;

/**
 * The columns that are added when there are more losses or positions: those of the example first.
 */
const further = [
  [7, -3, 2, -5],
  [3, 1, -2, 4],
  [-4, -2, 5, 1],
  [6, -6, -1, 3],
];

/** Returns the gradients with so many positions and losses; those that stay keep their values. */
export const resized = (
  gradients: Figure1State['gradients'],
  positions: number,
  losses: number,
): Figure1State['gradients'] =>
  Array.from({ length: positions }, (_, p) =>
    Array.from({ length: losses }, (_, i) => gradients[p]?.[i] ?? further[p % 4]![i % 4]!),
  );

const between = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));

/** Reads a number as the link writes it, or returns undefined. */
function numberIn(text: string | undefined): number | undefined {
  if (text === undefined || !/^-?(\d+(\.\d+)?(e[+-]?\d+)?|Infinity)$|^NaN$/.test(text)) return undefined;
  return Number(text);
}

function gradientsIn(text: string | undefined): Figure1State['gradients'] | undefined {
  if (text === undefined || text.length > 2000) return undefined;
  const rows = text.split(';').map((row) => row.split(',').map(numberIn));
  const losses = rows[0]!.length;
  const fits = rows.length <= most.linkPositions && losses >= 1 && losses <= most.linkLosses;
  if (!fits || rows.some((row) => row.length !== losses || row.includes(undefined))) return undefined;
  return rows as number[][];
}

/** The keys of this room in a link. */
export type Figure1Params = Readonly<Record<'g' | 'k' | 'leak' | 'seed' | 'draws', string>>;

/** Returns the state of a link. What is missing or not valid is as in `start`. */
export function readState(params: Readonly<Record<string, string | undefined>>): Figure1State {
  const finite = (name: string, otherwise: number, low: number, high: number): number => {
    const x = numberIn(params[name]);
    return x === undefined || Number.isNaN(x) ? otherwise : between(x, low, high);
  };
  return {
    gradients: gradientsIn(params.g) ?? start.gradients,
    k: finite('k', start.k, 0, 1),
    leak: finite('leak', start.leak, 0, 1),
    seed: Math.floor(finite('seed', start.seed, 0, 2 ** 32 - 1)),
    draws: Math.floor(finite('draws', start.draws, 0, most.draws)),
  };
}

/** Returns the keys of a link to this state. */
export const writeState = ({ gradients, k, leak, seed, draws }: Figure1State): Figure1Params => ({
  g: gradients.map((row) => row.join(',')).join(';'),
  k: String(k),
  leak: String(leak),
  seed: String(seed),
  draws: String(draws),
});
