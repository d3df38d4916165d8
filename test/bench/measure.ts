import { median, quantile } from 'simple-statistics';
import { distance } from './agree.ts';
import type { Round, Started } from './messages.ts';
import { run, type Running } from './process.ts';
import { workloads, type LibraryName, type Workload } from './workloads.ts';

/** A median, and the half of the values around it. */
export interface Spread {
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
}

/** A library on a workload; times in milliseconds a call. */
export interface Measured extends Started {
  readonly library: LibraryName;
  readonly wall: Spread;
  /** The least of the wall times: what is left of the noise of other programs. */
  readonly least: number;
  readonly cpu: Spread;
  /** How far its results are from ours. */
  readonly distance: number;
}

export interface WorkloadResult extends Pick<Workload, 'group' | 'name' | 'missing' | 'flops' | 'bytes'> {
  readonly libraries: readonly Measured[];
  /** The fastest of the others, by the median, and how many times our time it takes, round by round. */
  readonly best?: {
    readonly library: LibraryName;
    readonly wall: Spread;
    readonly cpu: Spread;
    /** The same for the least times of all rounds. */
    readonly least: number;
  };
}

/** The libraries take turns so often. */
export const rounds = 5;

export const spread = (values: readonly number[]): Spread => ({
  lower: quantile([...values], 0.25),
  median: median([...values]),
  upper: quantile([...values], 0.75),
});

/** The workloads of some groups, one after the other. */
export async function measure(
  groups: readonly string[],
  seconds: number,
  progress: (name: string, share: number) => void,
): Promise<WorkloadResult[]> {
  const chosen = workloads.flatMap((workload, at) => (groups.includes(workload.group) ? [{ workload, at }] : []));
  const results: WorkloadResult[] = [];
  for (const { workload, at } of chosen) {
    progress(`${workload.group} ${workload.name}`, results.length / chosen.length);
    const running: Running[] = [];
    try {
      results.push(await measureOne(workload, at, seconds, running));
    } finally {
      running.forEach((r) => r.end());
    }
  }
  return results;
}

async function measureOne(
  workload: Workload,
  at: number,
  seconds: number,
  running: Running[],
): Promise<WorkloadResult> {
  const started: Started[] = [];
  for (const library of workload.libraries) {
    const r = run(library, at);
    running.push(r);
    started.push(await r.ask('start', {}));
  }
  const distances = await compare(workload, running);
  const times: Round[][] = running.map(() => []);
  // The first round warms up. Each goes through the libraries in the other direction, so that none always comes after the same.
  for (let round = 0; round <= rounds; round++) {
    const order = running.map((_, i) => i);
    if (round % 2 === 1) order.reverse();
    for (const i of order) {
      const timed = await running[i]!.ask('time', { seconds: seconds / rounds });
      if (round > 0) times[i]!.push(timed);
    }
  }
  const measured = running.map(({ library }, i) => ({
    ...started[i]!,
    library,
    wall: spread(times[i]!.flatMap(({ wall }) => wall)),
    least: Math.min(...times[i]!.flatMap(({ wall }) => wall)),
    cpu: spread(times[i]!.map(({ cpu }) => cpu)),
    distance: distances[i]!,
  }));
  const { group, name, missing, flops, bytes } = workload;
  const numbers = { ...(flops !== undefined && { flops }), ...(bytes !== undefined && { bytes }) };
  return { group, name, missing, ...numbers, libraries: measured, ...bestOf(measured, times) };
}

/** Results that disagree end everything: a fast wrong answer is no result. */
async function compare({ group, name, tolerance }: Workload, running: readonly Running[]): Promise<number[]> {
  const results: (readonly Float32Array[])[] = [];
  for (const r of running) results.push((await r.ask('check', {})).arrays);
  return running.map(({ library }, i) => {
    if (library === 'copy') return 0;
    const far = distance(results[0]!, results[i]!);
    if (!(far <= tolerance))
      throw new Error(
        `bench: ${group} ${name}: the results of ${library} must be within ${tolerance} of ours, got ${far.toPrecision(3)}`,
      );
    return far;
  });
}

function bestOf(measured: readonly Measured[], times: readonly Round[][]): Pick<WorkloadResult, 'best'> {
  const [ours, ...others] = measured;
  if (others.length === 0) return {};
  const best = others.reduce((a, b) => (b.wall.median < a.wall.median ? b : a));
  const theirs = times[measured.indexOf(best)]!;
  const ratios = (of: (round: Round) => number): Spread =>
    spread(theirs.map((round, i) => of(round) / of(times[0]![i]!)));
  return {
    best: {
      library: best.library,
      wall: ratios(({ wall }) => median([...wall])),
      cpu: ratios(({ cpu }) => cpu),
      least: best.least / ours!.least,
    },
  };
}
