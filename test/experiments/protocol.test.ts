import { describe, expect, test } from 'vitest';
import type { Cell, Compute } from '../../examples/report/experiment.ts';
import {
  budget,
  carryOut,
  pairs,
  reservations,
  type Judged,
  type Plan,
  type Protocol,
} from '../../examples/training/protocol.ts';
import { finerRates, halfDecade } from '../../examples/training/search.ts';
import { reserved, standingOf } from '../../examples/training/standing.ts';

const protocol: Protocol = {
  rates: [0.001, 0.0032, 0.01, 0.032, 0.1],
  decays: [0.1, 1],
  widen: 4,
  steps: 10,
  searchSeeds: 3,
  seeds: 17,
  detect: 1,
};

interface Args {
  readonly stage: 'search' | 'run';
  readonly control?: boolean;
  readonly name: string;
  readonly rate: number;
  readonly decay: number;
  readonly seed: number;
}

/** Methods whose error is least at a rate of their own, and the cells that were asked for. */
async function tried(
  bests: Readonly<Record<string, number>>,
  given = protocol,
  failing: (args: Args) => boolean = ({ rate }) => rate > 50,
) {
  const seen: Args[] = [];
  const plan: Plan<Args> = {
    names: Object.keys(bests),
    decaying: (name) => name === 'decays',
    cellOf: (stage, name, at, seed) => ({ id: '', what: '', args: { stage, name, ...at, seed } }),
  };
  const compute: Compute = <A, R>(cells: readonly Cell<A>[]) => {
    const outcomes = cells.map(({ args }) => {
      const { name, rate, decay } = args as unknown as Args;
      seen.push(args as unknown as Args);
      if (failing(args as unknown as Args)) return { failed: `${name} is NaN` };
      return { score: { error: Math.abs(Math.log10(rate / bests[name]!)) - decay / 100 } };
    });
    return Promise.resolve(outcomes as R[]);
  };
  const carried = await carryOut<Args, Judged>(plan, given, compute);
  const searched = carried.map((c) => c.search);
  const trainings = (name: string): number => seen.filter((a) => a.stage === 'search' && a.name === name).length;
  return { searched, carried, seen, trainings, standing: standingOf(given, carried) };
}

test('a protocol that allows no conclusion trains nothing for one', async () => {
  const { carried } = await tried({ low: 0.01, high: 0.1 }, { ...protocol, seeds: 3 });
  expect(carried.map((c) => [c.runs.length, c.others.map((list) => list.length)])).toEqual([[3, []], [3, []]]); // prettier-ignore
});

test('a next best trial at which one seed fails is left out, and the run goes on', async () => {
  const { carried, seen } = await tried(
    { low: 0.01, high: 0.02 },
    protocol,
    ({ stage, name, rate, seed }) => stage === 'run' && name === 'low' && rate > 0.01 && seed === 3,
  );
  const [low, high] = carried;
  expect([low!.runs.length, low!.others.length, high!.others.length]).toEqual([17, 1, 2]);
  const runs = seen.filter(({ stage, name }) => stage === 'run' && name === 'low');
  expect(new Set(runs.filter(({ control }) => !control).map(({ rate }) => rate))).toEqual(new Set([0.01]));
});

test('a rate whose error is no number is not the best', async () => {
  const { searched } = await tried({ low: 0.01, high: 0.01 }, protocol, () => false);
  const scores = [NaN, 2, 3, 4, 5];
  const odd = await carryOut<Args, Judged>(
    {
      names: ['odd', 'even'],
      decaying: () => false,
      cellOf: (stage, name, at, seed) => ({ id: '', what: '', args: { stage, name, ...at, seed } }),
    },
    protocol,
    <A, R>(cells: readonly Cell<A>[]) =>
      Promise.resolve(
        cells.map(({ args }) => ({
          score: { error: scores[protocol.rates.indexOf((args as unknown as Args).rate)] ?? 9 },
        })) as R[],
      ),
  );
  expect(searched[0]!.chosen.rate).toBe(0.01);
  expect(odd[0]!.search.chosen.rate).toBe(0.0032);
});

describe('the search', () => {
  test('extends the grid for all methods while the best of one lies at its end, at the same budget', async () => {
    const { searched, carried, trainings, standing, seen } = await tried({ low: 0.01, decays: 0.01, high: 0.5 });
    expect(searched[0]!.grid.map((t) => t.rate)).toEqual([0.001, 0.0032, 0.01, 0.032, 0.1, 0.32, 1]);
    for (const s of searched) expect(s.grid.map((t) => t.rate)).toEqual(searched[0]!.grid.map((t) => t.rate));
    for (const name of ['low', 'decays', 'high']) expect(trainings(name)).toBe((7 + 2) * 3);
    expect(standing.unsettled).toEqual([]);
    // A finer rate beside 0.32 is nearer to 0.5.
    expect(searched[2]!.chosen.rate).toBe(0.57);
    expect(searched[1]!.chosen).toMatchObject({ rate: 0.01, decay: 1 });
    expect(searched[1]!.finer.map((t) => t.decay)).toEqual([0.1, 1]);
    // Runs are at the best trial and at the next best ones.
    const rates = seen.filter((a) => a.stage === 'run' && a.name === 'high').map((a) => a.rate);
    expect(new Set(rates)).toEqual(new Set([0.57, 0.32, 1]));
    expect(carried.map((c) => [c.runs.length, c.others.map((list) => list.length)])).toEqual([[17, [17, 17]], [17, [17, 17]], [17, [17, 17]]]); // prettier-ignore
    expect(budget(protocol, searched)[0]).toMatch(
      /2 of them added for all methods .* the same for every method, 27 trainings/,
    );
  });

  test('goes down too, and stops where losses are no longer finite', async () => {
    const { searched } = await tried({ low: 0.0005, high: 60 }, { ...protocol, widen: 9 });
    const rates = searched[0]!.grid.map((t) => t.rate);
    expect([rates[0], rates.at(-1)]).toEqual([0.00032 / 3.2, 100].map((x) => Number(x.toPrecision(2))));
    expect(searched[1]!.grid.at(-1)!.error).toBeNull();
    expect(searched[1]!.atEnd).toBe(false);
  });

  test('says nothing on a method whose best rate stays at the end', async () => {
    const { standing } = await tried({ middle: 0.01, far: 20 }, { ...protocol, widen: 1 });
    expect(standing).toEqual({ reasons: [], unsettled: ['far'], compared: ['middle'] });
    expect(reserved(standing)[0]).toMatch(/^Nothing is concluded on far: the best rate is the first or the last/);
  });

  test('half a decade up and down lead back, and finer rates lie between', () => {
    for (const rate of [0.001, 0.0032, 0.01, 0.32, 1, 3.2]) expect(halfDecade(halfDecade(rate, 1), -1)).toBe(rate);
    expect(finerRates(0.01, 2)).toEqual([0.0056, 0.018]);
    expect(new Set(finerRates(0.1, 3)).size).toBe(3);
    expect(finerRates(0.1, 0)).toEqual([]);
  });
});

test('a run that cannot afford the protocol has its reasons', () => {
  expect(reservations(protocol, 4)).toEqual([]);
  expect(pairs(12)).toBe(66);
  expect(reservations({ ...protocol, seeds: 5 }, 4)).toEqual([
    'there are 5 seeds, and 16 are needed to show a difference of 1 standard deviation',
  ]);
  expect(reservations({ ...protocol, searchSeeds: 1 }, 4)).toEqual(['rates are chosen with 1 seed, not with three']);
  for (const rates of [
    [0.01, 0.1],
    [0.01, 0.011, 0.012, 0.013, 0.014],
  ])
    // prettier-ignore
    expect(reservations({ ...protocol, rates }, 4)[0]).toMatch(/^rates are chosen from \d, which are fewer than five or span less/);
});
