import { describe, expect, test } from 'vitest';
import { checkpointsOf, descend } from '../../examples/landscape/descend.ts';
import { distance } from '../../examples/landscape/distance.ts';
import { methods } from '../../examples/landscape/methods.ts';
import { problems, toyLosses, type Pair, type Problem } from '../../examples/landscape/problems.ts';
import { words } from '../../examples/landscape/words.ts';
import { jacrev, key, setDevice, tensor, type Tensor } from '../../src/index.ts';

await setDevice('reference');

/** Losses and Jacobians in float64 of CAGrad's public toy. */
const published: [Pair, Pair, [Pair, Pair]][] = [
  [[-8.5, 7.5], [6.5523634078, 7.9007981432], [[-0.285398512, 0.0072487202], [-0.0739921742, 0.0087394375]]],
  [[9, 9], [7.943949189, 6.6914953692], [[0.0714109433, 0.0019607138], [0.2499383065, 0.0016516227]]],
  [[-8.5, -5], [4.0599178369, -19.4215024591], [[-3.0585043243, 0.0044833515], [-0.2959842894, 0.320930849]]],
  [[0, 0], [0, 0], [[0, 10.8563814842], [0, 10.8563814842]]],
]; // prettier-ignore

test.each(published)('the toy at %j has the published losses and Jacobian', async (point, losses, jacobian) => {
  const f = toyLosses(1);
  const y = (await f(tensor(point)).array()) as number[];
  const J = (await jacrev(f)(tensor(point)).array()) as number[][];
  y.forEach((v, i) => expect(v).toBeCloseTo(losses[i]!, 9));
  J.flat().forEach((v, i) => expect(v).toBeCloseTo(jacobian.flat()[i]!, 8));
});

test('the balanced optimum of the toy is (0, −8.3551) with losses −15.0916', async () => {
  const middle = problems[0]!.front[100]!;
  expect(middle[0]).toBeCloseTo(0, 10);
  expect(middle[1]).toBeCloseTo(-8.3551, 4);
  for (const loss of (await toyLosses(1)(tensor(middle)).array()) as number[]) expect(loss).toBeCloseTo(-15.0916, 4);
});

const problemOf = (name: string): Problem => problems.find((p) => p.name === name)!;

test.each(['toy', 'CQF', 'HQF'])(
  'on the front of %s some weights make the gradients cancel each other',
  async (name) => {
    const { front, losses } = problemOf(name);
    for (const share of [0, 0.2, 0.5, 0.9, 1]) {
      const point = front[Math.round(share * (front.length - 1))]!;
      const [[a, b], [c, d]] = (await jacrev(losses)(tensor(point)).array()) as [Pair, Pair];
      const [one, other] = [Math.hypot(a, b), Math.hypot(c, d)];
      // w g₁ + (1 − w) g₂ = 0: one is 0, or they point in opposite directions.
      const least = Math.min(one, other, Math.hypot(a * other + c * one, b * other + d * one) / Math.max(one, other));
      expect(least).toBeLessThan(1e-6 * Math.max(1, one, other));
    }
  },
);

test('distances are to the nearest point of the line, not to its nearest corner', () => {
  const line = [[0, 0], [4, 0], [4, 4]] as Pair[]; // prettier-ignore
  expect(distance([2, 1], line)).toBe(1);
  expect(distance([6, 2], line)).toBe(2);
  expect(distance([-3, -4], line)).toBe(5);
  expect(distance([3, 4], [[0, 0]])).toBe(5);
});

test('checkpoints begin at 0, end with the last step, and lie on whole plans where there are many', () => {
  for (const steps of [1, 50, 200, 3334, 35_000, 100_000]) {
    const at = checkpointsOf(steps);
    expect([at[0], at.at(-1)]).toEqual([0, steps]);
    expect(new Set(at).size).toBe(at.length);
    expect(at.length).toBeLessThanOrEqual(135);
    if (steps > 2500) expect(at.slice(0, -1).every((step) => step % 25 === 0)).toBe(true);
  }
});

const training = { key: key(1), rate: 0.075, steps: 20 };

test('the mean of the gradients on EWQ is x (1 − rate)ᵗ by SGD', async () => {
  const mean = methods.find((m) => m.name === 'mean')!;
  const points = await descend(problemOf('EWQ'), mean, [[3, -2]], training);
  points.forEach((at, t) => {
    const [x, y] = at[0]!;
    expect(x).toBeCloseTo(3 * (1 - 0.075) ** t, 10);
    expect(y).toBeCloseTo(-2 * (1 - 0.075) ** t, 10);
  });
});

test('MGDA and CAGrad do not move from a start where one gradient is 0', async () => {
  for (const name of ['mgda', 'cagrad']) {
    const points = await descend(
      problemOf('EWQ'),
      methods.find((m) => m.name === name)!,
      [[0, -3]],
      training,
    );
    expect(points.at(-1)).toEqual([[0, -3]]);
  }
});

test('a start is a problem of its own: alone it goes where it goes among others', async () => {
  const drop = methods.find((m) => m.name === 'config')!;
  const [one, two] = problemOf('CQF').starts as [Pair, Pair, Pair];
  const together = await descend(problemOf('CQF'), drop, [one, two], training);
  const alone = await descend(problemOf('CQF'), drop, [two], training);
  together.forEach((at, i) => at[1]!.forEach((x, axis) => expect(x).toBeCloseTo(alone[i]![0]![axis]!, 10)));
});

describe.each(methods)('$name', (method) => {
  test('goes from every start of a toy and of a bowl without a NaN', async () => {
    for (const problem of [problems[1]!, problems[3]!]) {
      const points = await descend(problem, method, problem.starts, { ...training, rate: problem.rate(method.name) });
      expect(points[0]).toEqual(problem.starts);
      expect(points.flat(2).every(Number.isFinite)).toBe(true);
    }
  });
});

describe('the words', () => {
  const end = (distance: number) => ({ x: [0, 0] as Pair, losses: [0, 0] as Pair, distance });
  const told = (drop: number[][], mean: number[][]) => {
    const of = (method: string, distances: number[][]) => ({
      method,
      ends: distances.map((list) => list.map(end)),
      reached: distances.flat().filter((d) => d < 0.1).length / distances.flat().length,
    });
    return words([
      { name: 'hill', starts: drop.map(() => [0, 0] as Pair), methods: [of('mean', mean), of('gradDrop', drop)] },
    ]);
  };

  test('count the runs that reach the front, and say that no test is made', () => {
    const [, line, last] = told([[5, 5], [0, 0]], [[5], [0]]); // prettier-ignore
    expect(line).toBe(
      'hill: GradDrop ends at the front in 50 % of its runs, the mean of the gradients in 50 %; equally often from every start.',
    );
    expect(told([[0, 5], [0, 0]], [[5], [0]])[1]).toMatch(/more often from 1 and less often from 0 of 2 starts\.$/); // prettier-ignore
    expect(last).toMatch(/no test is made/);
  });
});

test('the toy and the bowls are what a tensor program says of one point: two losses', async () => {
  for (const { losses } of problems) expect((losses as (x: Tensor) => Tensor)(tensor([1, 2])).shape).toEqual([2]);
});
