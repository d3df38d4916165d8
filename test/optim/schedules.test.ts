import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile, optim, setDevice, tensor, type Tensor } from '../../src/index.ts';

await setDevice('reference');

const { schedules } = optim;
const rates = (schedule: optim.schedules.Schedule, steps: number): number[] =>
  Array.from({ length: steps }, (_, t) => schedule(t));

/** What PyTorch 2.13 gives for eight steps from 0.5. */
const published: [string, optim.schedules.Schedule, number[]][] = [
  [
    'CosineAnnealingLR(T_max=7, eta_min=0.1)',
    schedules.cosine({ rate: 0.5, steps: 7, end: 0.1 }),
    [
      0.5, 0.4801937735804839, 0.4246979603717468, 0.34450418679126293, 0.25549581320873715, 0.1753020396282533,
      0.11980622641951619, 0.1,
    ],
  ],
  [
    'StepLR(3, 0.2)',
    schedules.step({ rate: 0.5, every: 3, factor: 0.2 }),
    [0.5, 0.5, 0.5, 0.1, 0.1, 0.1, 0.020000000000000004, 0.020000000000000004],
  ],
  [
    'ExponentialLR(0.9)',
    schedules.exponential({ rate: 0.5, factor: 0.9 }),
    [0.5, 0.45, 0.405, 0.3645, 0.32805, 0.295245, 0.2657205, 0.23914845],
  ],
  [
    'LinearLR(1, 0.25, 5)',
    schedules.linear({ rate: 0.5, end: 0.125, steps: 5 }),
    [0.5, 0.425, 0.35, 0.275, 0.2, 0.125, 0.125, 0.125],
  ],
];

test.each(published)('gives what PyTorch’s %s gives', (_, schedule, want) => {
  rates(schedule, 8).forEach((rate, t) => expect(rate).toBeCloseTo(want[t]!, 12));
});

test('warmup rises in equal steps to where its schedule begins, and no rate is 0', () => {
  const cosine = schedules.cosine({ rate: 1, steps: 4 });
  const warm = rates(schedules.warmup(cosine, { steps: 3 }), 8);
  [0.25, 0.5, 0.75, ...rates(cosine, 5)].forEach((rate, t) => expect(warm[t]).toBeCloseTo(rate, 12));
  expect(rates(schedules.warmup(schedules.constant(2), { steps: 1 }), 3)).toEqual([1, 2, 2]);
});

test('a schedule that has ended stays at its end', () => {
  expect(schedules.cosine({ rate: 1, steps: 10, end: 0.01 })(1e6)).toBe(0.01);
  expect(schedules.linear({ rate: 1, steps: 10 })(11)).toBe(0);
});

const options = fc.record({
  rate: fc.double({ min: 1e-4, max: 10, noNaN: true }),
  end: fc.double({ min: 0, max: 1, noNaN: true }),
  steps: fc.integer({ min: 1, max: 50 }),
  factor: fc.double({ min: 0.5, max: 1, noNaN: true }),
  t: fc.integer({ min: 0, max: 100 }),
});

test('on the host and in a traced function all give one number', async () => {
  await fc.assert(
    fc.asyncProperty(options, async ({ rate, end, steps, factor, t }) => {
      const all = [
        schedules.constant(rate),
        schedules.cosine({ rate, end, steps }),
        schedules.linear({ rate, end, steps }),
        schedules.step({ rate, every: steps, factor }),
        schedules.exponential({ rate, factor }),
        schedules.warmup(schedules.cosine({ rate, steps }), { steps }),
      ];
      const traced = compile((step: Tensor) => all.map((schedule) => schedule(step)));
      const got = await Promise.all(traced(tensor(t)).map((x) => x.item()));
      all.forEach((schedule, i) => expect(Math.abs(got[i]! - schedule(t))).toBeLessThan(1e-12 * rate));
    }),
    { numRuns: 50 },
  );
});

describe('errors of schedules', () => {
  test.each([
    [() => schedules.cosine({ rate: 0, steps: 3 }), 'schedules.cosine: rate must be a finite number above 0, got 0'],
    [() => schedules.cosine({ rate: 1, steps: 1.5 }), 'schedules.cosine: steps must be a positive integer, got 1.5'],
    [
      () => schedules.cosine({ rate: 1, steps: 3, end: -1 }),
      'schedules.cosine: end must be a finite number at least 0, got -1',
    ],
    [
      () => schedules.linear({ rate: NaN, steps: 3 }),
      'schedules.linear: rate must be a finite number above 0, got NaN',
    ],
    [() => schedules.step({ rate: 1, every: 0 }), 'schedules.step: every must be a positive integer, got 0'],
    [
      () => schedules.exponential({ rate: 1, factor: Infinity }),
      'schedules.exponential: factor must be a finite number above 0, got Infinity',
    ],
    [() => schedules.constant(-1), 'schedules.constant: the rate must be a finite number above 0, got -1'],
    [() => schedules.warmup(0.1 as never, { steps: 2 }), 'schedules.warmup: a function is needed, got 0.1'],
    [
      () => schedules.warmup(schedules.constant(1), { step: 2 } as never),
      'schedules.warmup: the options are steps, got step; did you mean steps?',
    ],
    [() => schedules.constant(1)(-1), 'schedules.constant: the step must be a finite number from 0 on, got -1'],
  ])('%#', (f, message) => {
    expect(f).toThrow(message);
  });
});
