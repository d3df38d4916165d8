import * as Plot from '@observablehq/plot';
import { svg } from '../report/svg.ts';
import { side } from './cosines.ts';
import { problemOf } from './cell.ts';
import type { MethodCourse, ProblemResult } from './results.ts';

/** The points of a method's paths, with the index of their start and of their checkpoint. */
const points = (m: MethodCourse) =>
  m.paths.flatMap((path, start) => path.map(([x, y], i) => ({ method: m.method, start, i, x, y })));

const columns = 4;

/** Plots each method's paths from the starts, and the Pareto front, in one small panel each. */
export function ways(p: ProblemResult): string {
  const [[left, low], [right, high]] = problemOf(p.name).view;
  const place = (i: number) => ({ fx: i % columns, fy: Math.floor(i / columns) });
  const placed = p.methods.map((m, i) => ({ m, ...place(i) }));
  const rows = Math.ceil(p.methods.length / columns);
  const along = placed.flatMap(({ m, fx, fy }) => points(m).map((q) => ({ ...q, fx, fy })));
  const inside = along.filter((q) => q.x >= left && q.x <= right && q.y >= low && q.y <= high);
  const steps = p.checkpoints.length - 1;
  const front = placed.flatMap(({ fx, fy }) => p.front.map(([x, y]) => ({ fx, fy, x, y })));
  return svg(`Ways down, ${p.name}`, {
    height: 250 * rows + 40,
    x: { domain: [left, right], label: null, ticks: 4 },
    y: { domain: [low, high], label: null, ticks: 4 },
    fx: { axis: null },
    fy: { axis: null },
    marks: [
      Plot.frame({ stroke: '#ccc' }),
      Plot.line(front, { fx: 'fx', fy: 'fy', x: 'x', y: 'y', stroke: '#3ca951', strokeWidth: 3 }),
      Plot.dot(p.front.length === 1 ? front : [], { fx: 'fx', fy: 'fy', x: 'x', y: 'y', fill: '#3ca951', r: 5 }),
      Plot.line(inside, { fx: 'fx', fy: 'fy', x: 'x', y: 'y', z: 'start', stroke: '#4269d0', strokeWidth: 1.2 }),
      Plot.dot(
        inside.filter((q) => q.i === 0),
        { fx: 'fx', fy: 'fy', x: 'x', y: 'y', stroke: '#222', r: 3 },
      ),
      Plot.dot(
        inside.filter((q) => q.i === steps),
        { fx: 'fx', fy: 'fy', x: 'x', y: 'y', fill: '#e0322b', r: 3 },
      ),
      Plot.text(placed, {
        fx: 'fx',
        fy: 'fy',
        frameAnchor: 'top',
        dy: -8,
        text: ({ m }: { m: MethodCourse }) => m.method,
      }),
    ],
  });
}

const levels = [-0.8, -0.6, -0.4, -0.2, 0, 0.2, 0.4, 0.6, 0.8];

/** Plots the cosine of the two gradients, from −1, where they are opposite, to 1. */
export function cosineMap(p: ProblemResult): string {
  const [[x1, y1], [x2, y2]] = problemOf(p.name).view;
  return svg(`Cosine of the gradients, ${p.name}`, {
    width: 520,
    height: 440,
    color: { type: 'threshold', scheme: 'RdBu', domain: levels, legend: true, label: 'cosine of the two gradients' },
    x: { label: null },
    y: { label: null },
    marks: [
      Plot.contour([...p.cosines], {
        width: side,
        height: side,
        x1,
        y1,
        x2,
        y2,
        fill: Plot.identity,
        thresholds: [-1, ...levels],
      }),
      Plot.line(p.front as [number, number][], { stroke: '#222', strokeWidth: 2 }),
      Plot.dot(p.starts as [number, number][], { stroke: '#222', r: 4 }),
    ],
  });
}

/** Plots the mean distance from the front over the steps, one line for each method. */
export function distances(p: ProblemResult): string {
  const least = 1e-4;
  const lines = p.methods.flatMap((m) =>
    p.checkpoints.map((step, i) => ({
      method: m.method,
      step,
      distance: Math.max(least, m.distances.reduce((sum, d) => sum + d[i]!, 0) / m.distances.length),
    })),
  );
  return svg(`Distance from the Pareto front, ${p.name}`, {
    height: 420,
    marginLeft: 60,
    color: { type: 'ordinal', scheme: 'turbo', domain: p.methods.map((m) => m.method), legend: true },
    x: { label: 'step' },
    y: { label: `mean distance from the front (${least} and less at the bottom)`, type: 'log', grid: true },
    marks: [Plot.line(lines, { x: 'step', y: 'distance', stroke: 'method', strokeWidth: 1.3 })],
  });
}
