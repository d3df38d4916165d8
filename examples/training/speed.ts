import { median, min } from 'simple-statistics';
import { device, foldIn, key, realize, tensor, type Tree } from 'cotangent';
import { baseline, type Method } from './methods.ts';
import { stepOf, type State, type Step, type Task } from './step.ts';

export interface Speed {
  readonly method: string;
  /** True if the lanes were read in each step. */
  readonly reading: boolean;
  /**
   * The median and the minimum over all rounds of a step's time in milliseconds: processor time if
   * the processor computes, otherwise wall time.
   */
  readonly median: number;
  readonly least: number;
  /**
   * The baseline's minimum divided by this method's. Minima are compared, because other programs
   * only make steps longer.
   */
  readonly relative: number;
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

/**
 * Measures the time of a step by each method, and for the baseline and GradDrop also that of a step
 * in which the lanes are read. Each round runs all of them, so that slow phases of the machine
 * affect all alike. `init` returns the initial state for a decay.
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
  for (let round = -2; round < rounds; round++)
    for (const runner of runners) {
      const began = clock();
      const { state, losses, report } = runner.step(runner.state, batch, foldIn(key(0), round + 2), tensor(1e-3));
      await realize([state, losses, report ? Object.values(report) : []] as Tree);
      runner.state = state;
      // The first rounds compile.
      if (round >= 0) runner.times.push(clock() - began);
    }
  const base = min(runners.find((r) => r.method === baseline && !r.reading)!.times);
  return runners.map(({ method, reading, times }) => ({
    method,
    reading,
    median: short(median(times)),
    least: short(min(times)),
    relative: short(base / min(times)),
  }));
}
