import { quantile } from 'simple-statistics';
import { device, foldIn, key, realize, tensor, type Tree } from 'cotangent';
import { baseline, type Method } from './methods.ts';
import { stepOf, type State, type Step, type Task } from './step.ts';

/** A median and its quartiles. */
interface Spread {
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
}

export interface Speed {
  readonly method: string;
  /** True if the lanes were read in each step. */
  readonly reading: boolean;
  /**
   * The median and the quartiles over all rounds of a step's time in milliseconds: processor time
   * if the processor computes, otherwise wall time.
   */
  readonly median: number;
  readonly quartiles: readonly [lower: number, upper: number];
  /** The baseline's time in a round divided by this method's in the same round, over all rounds. */
  readonly relative: Spread;
}

interface Runner<B extends Tree> {
  readonly method: string;
  readonly reading: boolean;
  readonly step: Step<B>;
  state: State;
  readonly times: number[];
}

const onProcessor = ['webasm', 'cpu', 'reference'];

/**
 * Returns the processor time of this program in milliseconds, or wall time for a GPU. Wall time
 * would include the work of other programs, but a GPU's work appears only there.
 */
function clock(): number {
  if (!onProcessor.includes(device())) return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const short = (x: number): number => Number(x.toPrecision(4));

/** Returns the median and the quartiles of times or ratios. */
export function spreadOf(values: readonly number[]): Spread {
  const [lower, median, upper] = [0.25, 0.5, 0.75].map((q) => short(quantile([...values], q)));
  return { lower: lower!, median: median!, upper: upper! };
}

/**
 * Measures the time of a step by each method, and for the baseline and GradDrop also that of a step
 * in which the lanes are read. Each round runs all of them, beginning with another one each time,
 * so that slow phases of the machine affect all alike; times are compared within a round. `init`
 * returns the initial state for a decay.
 */
export async function speedOf<B extends Tree>(
  task: Task<B>,
  methods: readonly Method[],
  batch: B,
  init: (decay: number) => State,
  rounds = 12,
): Promise<Speed[]> {
  const runners = methods.flatMap((method): Runner<B>[] => {
    const decay = method.decays ? 0.1 : 0;
    const read = ['gradDrop', baseline].includes(method.name) ? [false, true] : [false];
    return read.map((reading) => {
      const step = stepOf(task, method, { decay, reading });
      return { method: method.name, reading, step, state: init(decay), times: [] };
    });
  });
  // The first rounds compile.
  for (let round = -2; round < rounds; round++)
    for (let i = 0; i < runners.length; i++) {
      const runner = runners[(i + round + 2) % runners.length]!;
      const began = clock();
      const { state, losses, report } = runner.step(runner.state, batch, foldIn(key(0), round + 2), tensor(1e-3));
      await realize([state, losses, report ? Object.values(report) : []] as Tree);
      runner.state = state;
      if (round >= 0) runner.times.push(clock() - began);
    }
  const base = runners.find((r) => r.method === baseline && !r.reading)!.times;
  return runners.map(({ method, reading, times }) => {
    const { median, lower, upper } = spreadOf(times);
    return {
      method,
      reading,
      median,
      quartiles: [lower, upper],
      relative: spreadOf(times.map((t, i) => base[i]! / t)),
    };
  });
}
