import * as Plot from '@observablehq/plot';
import { svg as plain } from '../report/svg.ts';
import { foldIn, key, signDrop, tensor, device } from 'cotangent';
import { expectation, keepChance, lawsOf, lowestRatio, sidesOf, type Context, type Law } from 'cotangent/testing';

/** Renders a plot as a complete SVG file, with its namespace. */
const svg = (label: string, options: Plot.PlotOptions): string =>
  plain(label, {
    width: 760,
    height: 420,
    marginTop: 36,
    marginRight: 90,
    marginBottom: 44,
    marginLeft: 56,
    style: { fontSize: '12px', background: 'white' },
    ...options,
  }).replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');

const short = (x: number): number => Number(x.toPrecision(5));

/** The context of a claim: the library's own rule on the current device. */
const context = (): Context => ({ device: device(), seed: 1, runs: 1, subject: signDrop });

/** A position with p = 4 r on one side and q = 4 on the other. */
const opposed = (r: number): number[] => [4 * r, -4];
const ratios = Array.from({ length: 121 }, (_, i) => i / 40);

/** The laws of one position at each ratio p/q. */
async function along(k: number, leak?: number): Promise<{ r: number; g: number[]; law: Law }[]> {
  const positions = ratios.map((r) => ({ g: opposed(r), k, f: keepChance(opposed(r), k) }));
  const laws = await lawsOf(
    context(),
    leak === undefined ? positions : positions.map((x) => ({ ...x, leak: [leak, leak] })),
  );
  return laws.map((law, i) => ({ r: ratios[i]!, g: positions[i]!.g, law }));
}

const palette = ['#4269d0', '#3ca951', '#efb118', '#9c6b4e', '#e0322b'];

interface Point {
  readonly r: number;
  readonly y: number;
  readonly line: string;
}

/** Labelled lines, with labels at their right ends or above another point. */
const named = (points: readonly Point[], at = Math.max(...ratios), dx = 0, dy = -10): Plot.Markish[] => {
  const end = at === Math.max(...ratios);
  return [
    Plot.line(points, { x: 'r', y: 'y', stroke: 'line', strokeWidth: 2 }),
    Plot.text(
      points.filter((p) => p.r === at),
      {
        x: 'r',
        y: 'y',
        text: 'line',
        fill: 'line',
        textAnchor: end ? 'start' : 'middle',
        dx: end ? 6 : dx,
        dy: end ? 0 : dy,
      },
    ),
  ];
};

/** Proposition 1: E|X|/S is 0 only where every loss has leak 1 and p = q. */
export async function proposition1(): Promise<string> {
  const points: Point[] = [];
  for (const leak of [0, 0.5, 0.8, 1])
    for (const { r, g, law } of await along(1, leak))
      points.push({ r, y: short(expectation(law, Math.abs) / sidesOf(g).S), line: `ℓ = ${leak}` });
  const [inside, last] = [points.filter((p) => p.line !== 'ℓ = 1'), points.filter((p) => p.line === 'ℓ = 1')];
  return svg('E|X| / S against p/q for several leaks', {
    x: { label: 'p / q' },
    y: { label: 'E|X| / S  (k = 1)', grid: true, domain: [0, 1] },
    color: { range: palette },
    // The last line ends in a point on the axis, beside which there is space for its label.
    marks: [Plot.ruleY([0]), ...named(inside, 1), ...named(last, 1, 42, -8)],
  });
}

/** Proposition 2: E|X|/q as one side grows. The dots are the minima, at r*(k) = 2√(k/(1+k)) − 1. */
export async function proposition2(): Promise<string> {
  const slopes: [number, string][] = [
    [0, 'k = 0'],
    [1 / 3, 'k = 1/3'],
    [0.6, 'k = 0.6'],
    [1, 'k = 1'],
  ];
  const points: Point[] = [];
  for (const [k, line] of slopes)
    for (const { r, law } of await along(k)) points.push({ r, y: short(expectation(law, Math.abs) / 4), line });
  const lowest = slopes
    .filter(([k]) => k > 1 / 3)
    .map(([k, line]) => ({ r: short(lowestRatio(k)), y: short(2 * (Math.sqrt(k * (1 + k)) - k)), line }));
  const bounds = ratios.flatMap((r) => [
    { r, y: (1 + r) / 2, bound: 'S/2' },
    { r, y: 1 + r, bound: 'S' },
  ]);
  return svg('E|X| / q against p/q for several k', {
    x: { label: 'p / q', domain: [0, 3] },
    y: { label: 'E|X| / q', grid: true, domain: [0.4, 2.8], clamp: false },
    color: { domain: slopes.map(([, line]) => line), range: ['#4269d0', '#3ca951', '#efb118', '#e0322b'] },
    marks: [
      Plot.line(bounds, { x: 'r', y: 'y', z: 'bound', stroke: '#aaa', strokeDasharray: '4 4', clip: true }),
      Plot.text(
        [
          { r: 1.55, y: 2.72, t: 'S/q' },
          { r: 2.1, y: 1.42, t: 'S/2q' },
        ],
        { x: 'r', y: 'y', text: 't', fill: '#888' },
      ),
      ...named(points),
      Plot.dot(lowest, { x: 'r', y: 'y', fill: 'line', r: 4 }),
    ],
  });
}

/** The gradients of the example in Proposition 3's plot. */
const example = [2, -1, 0.5, -3, 0.25];

/**
 * Proposition 3: mean and variance of ΔL over k. Closed forms are lines, the kernel's own draws are
 * dots.
 */
export async function proposition3(): Promise<[mean: string, variance: string]> {
  const draws = 2 ** 16;
  const { D, S, p, q } = sidesOf(example);
  const panels = ['E[ΔL] / (λ D²)', 'Var[ΔL] / (λ D)²'] as const;
  const closed = Array.from({ length: 41 }, (_, i) => i / 40).flatMap((k) => [
    { k, y: short(-(1 + k) / 2), panel: panels[0] },
    { k, y: short((S * S - k * k * D * D) / 4), panel: panels[1] },
  ]);
  const sampled: { readonly k: number; readonly y: number; readonly panel: string }[] = [];
  for (const [i, k] of [0, 0.25, 0.5, 0.75, 1].entries()) {
    const g = tensor(example.map((x) => [x])).broadcastTo([example.length, draws]);
    const X = await signDrop({ k, key: foldIn(key(1), i) })(g).data();
    const share = X.filter((x) => x > 0).length / draws;
    const mean = share * p - (1 - share) * q;
    sampled.push({ k, y: short(-mean / D), panel: panels[0] });
    sampled.push({ k, y: short(share * p * p + (1 - share) * q * q - mean * mean), panel: panels[1] });
  }
  const panel = (name: (typeof panels)[number]): string =>
    svg(`${name} against k`, {
      height: 260,
      x: { label: 'k' },
      y: { label: name, grid: true, ...(name === panels[0] && { domain: [-1.05, -0.45] }) },
      marks: [
        Plot.line(
          closed.filter((c) => c.panel === name),
          { x: 'k', y: 'y', stroke: palette[0]!, strokeWidth: 2 },
        ),
        Plot.dot(
          sampled.filter((c) => c.panel === name),
          { x: 'k', y: 'y', stroke: palette[4]!, r: 4, strokeWidth: 2 },
        ),
      ],
    });
  return [panel(panels[0]), panel(panels[1])];
}
