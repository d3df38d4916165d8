import { median, quantile } from 'simple-statistics';
import { pythonWithTorch } from '../../examples/verify/torch/python.ts';
import { distance } from './agree.ts';
import { entrant, type Api, type Entrant } from './entrant.ts';
import type { Place } from './lists.ts';
import type { Round, Running, Started, Told } from './messages.ts';

import { isBaseline, isNative, type Name, type Workload } from './workloads.ts';

/** A median, and the half of the values around it. */
export interface Spread {
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
}

/** A library on a workload, or what is timed beside it; times in milliseconds a call. */
export interface Measured extends Started, Told {
  readonly name: Name;
  readonly wall: Spread;
  /** The least of the wall times: what is left of the noise of other programs. */
  readonly least: number;
  readonly cpu: Spread;
  /** How far its results are from ours; 0 for a baseline with results of its own. */
  readonly distance: number;
}

/** How many times our time something else takes, round by round. */
export interface Ratio {
  readonly to: Name;
  readonly wall: Spread;
  readonly cpu: Spread;
  /** The same for the least times of all rounds. */
  readonly least: number;
}

export interface WorkloadResult extends Pick<Workload, 'group' | 'name' | 'missing' | 'flops' | 'bytes'> {
  readonly api: Api;
  /** Ours first. */
  readonly measured: readonly Measured[];
  /** To the fastest of the others, by the median. */
  readonly peer?: Ratio;
  readonly baseline?: Ratio;
  /** To the fastest form of native code. */
  readonly native?: Ratio;
}

/** A workload by one interface, and where a process finds it. */
export interface Task extends Place {
  readonly workload: Workload;
  readonly api: Api;
}

/** Starts the process, or the page, of a library. */
export type Start = (entrant: Entrant, place: Place) => Promise<Running>;

/** All take turns so often. */
export const rounds = 5;

export const spread = (values: readonly number[]): Spread => ({
  lower: quantile([...values], 0.25),
  median: median([...values]),
  upper: quantile([...values], 0.75),
});

/** Workloads, one after the other. */
export async function measure(
  tasks: readonly Task[],
  seconds: number,
  start: Start,
  progress: (name: string, share: number) => void,
): Promise<WorkloadResult[]> {
  const results: WorkloadResult[] = [];
  for (const task of tasks) {
    const { group, name } = task.workload;
    progress(`${task.api} ${group} ${name}`, results.length / tasks.length);
    const running: Running[] = [];
    try {
      results.push(await measureOne(task, seconds, start, running));
    } finally {
      await Promise.all(running.map((r) => r.end()));
    }
  }
  return results;
}

async function measureOne(task: Task, seconds: number, start: Start, running: Running[]): Promise<WorkloadResult> {
  const { workload, api } = task;
  const names: Name[] = [
    ...workload.libraries,
    ...((api === 'wasm' && pythonWithTorch() !== undefined && workload.native) || []),
    ...(workload.baseline ? [workload.baseline] : []),
  ];
  const started: Started[] = [];
  for (const name of names) {
    const r = await start(entrant(name, workload, api), { list: task.list, at: task.at });
    running.push(r);
    started.push(await r.ask('start', {}));
  }
  const distances = await compare(workload, names, running);
  const times: Round[][] = running.map(() => []);
  // The first round warms up. Each goes through them in the other direction, so that none always
  // comes after the same.
  for (let round = 0; round <= rounds; round++) {
    const order = running.map((_, i) => i);
    if (round % 2 === 1) order.reverse();
    for (const i of order) {
      const timed = await running[i]!.ask('time', { seconds: seconds / rounds });
      if (round > 0) times[i]!.push(timed);
    }
  }
  const told: Told[] = [];
  for (const r of running) told.push(await r.ask('tell', {}));
  const measured = names.map((name, i): Measured => {
    const wall = times[i]!.flatMap((round) => round.wall);
    const cpu = spread(times[i]!.map((round) => round.cpu));
    return {
      ...started[i]!,
      ...told[i]!,
      name,
      wall: spread(wall),
      least: Math.min(...wall),
      cpu,
      distance: distances[i]!,
    };
  });
  const { group, name, missing, flops, bytes } = workload;
  return { group, name, missing, flops, bytes, api, measured, ...ratios(measured, times) };
}

/** Results that disagree end everything: a fast wrong answer is no result. */
export async function compare(
  { group, name, tolerance }: Workload,
  names: readonly Name[],
  running: readonly Running[],
): Promise<number[]> {
  const results: (readonly Float32Array[])[] = [];
  for (const r of running) results.push((await r.ask('check', {})).arrays);
  return names.map((who, i) => {
    if (who === 'plain sum') return 0;
    const far = distance(results[0]!, results[i]!);
    if (!(far <= tolerance))
      throw new Error(
        `bench: ${group} ${name}: the results of ${who} must be within ${tolerance} of ours, got ${far.toPrecision(3)}`,
      );
    return far;
  });
}

function ratios(
  measured: readonly Measured[],
  times: readonly Round[][],
): Pick<WorkloadResult, 'peer' | 'baseline' | 'native'> {
  const [ours] = measured;
  const to = (other: Measured): Ratio => {
    const theirs = times[measured.indexOf(other)]!;
    const each = (of: (round: Round) => number): Spread =>
      spread(theirs.map((round, i) => of(round) / of(times[0]![i]!)));
    return {
      to: other.name,
      wall: each(({ wall }) => median([...wall])),
      cpu: each(({ cpu }) => cpu),
      least: other.least / ours!.least,
    };
  };
  const fastest = (fits: (name: Name) => boolean): Measured | undefined =>
    measured
      .slice(1)
      .filter(({ name }) => fits(name))
      .toSorted((a, b) => a.wall.median - b.wall.median)[0];
  const peer = fastest((name) => !isBaseline(name) && !isNative(name));
  const native = fastest(isNative);
  const baseline = measured.find(({ name }) => isBaseline(name));
  return {
    ...(peer && { peer: to(peer) }),
    ...(native && { native: to(native) }),
    ...(baseline && { baseline: to(baseline) }),
  };
}
