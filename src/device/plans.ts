import type { Node } from '../graph/node.ts';
import { planKey } from '../schedule/cache.ts';
import { compile, type DevicePlan } from './compile.ts';
import type { Executor, Runnable } from './executor.ts';
import { keepRecent } from './keepRecent.ts';
import { executorOf, type PlanDevice } from './loaders.ts';
import { drive, type Running, type Soon } from './soon.ts';
import type { SettledStorage } from './storage.ts';
import { noteUnrealised } from './unrealised.ts';

/** A plan, made for all graphs of one structure, and the leaves and scalars of one such graph. */
export interface Planned {
  readonly plan: DevicePlan;
  readonly runnable: Omit<Runnable, 'destroy'>;
  readonly leaves: readonly Node[];
  readonly scalars: readonly number[];
}

/** The maximum number of plans that keep their kernels while they do not run. */
const mostPlans = 48;

/** A plan that is kept for graphs of its structure. */
interface Kept {
  readonly key: string;
  readonly plan: DevicePlan;
  readonly runnable: Runnable;
  running: number;
}

/** The plans that are kept, the least recently used first. */
const kept = new Map<string, Kept>();

/**
 * Makes a plan the most recently used, and returns it. If there are too many, the least recently
 * used one is no longer kept; its kernels are destroyed when it does not run.
 */
const use = (plan: Kept): Kept =>
  keepRecent(kept, plan.key, plan, mostPlans, (old) => {
    if (old.running === 0) old.runnable.destroy();
  });

/**
 * Runs a plan on the leaves' elements and the scalars, and returns the storages of the outputs. The
 * plan becomes the most recently used one in `kept`, even if it has been removed from there since
 * it was found. If `kept` holds another plan with the same key by then, that one runs instead. When
 * the last run of a plan that is no longer in `kept` ends, its kernels are destroyed.
 */
function* run(given: Kept, leaves: readonly SettledStorage[], scalars: readonly number[]): Running<SettledStorage[]> {
  const plan = use(kept.get(given.key) ?? given);
  plan.running++;
  try {
    return yield plan.runnable.run(leaves, scalars);
  } finally {
    plan.running--;
    if (plan.running === 0 && kept.get(plan.key) !== plan) plan.runnable.destroy();
  }
}

function find(device: PlanDevice, executor: Executor, outputs: readonly Node[]): Planned {
  const key = planKey(outputs);
  const full = `${device} ${key.key}`;
  const prepare = (): Kept => {
    noteUnrealised(key.nodes);
    const plan = compile(outputs, key, executor.target);
    return { key: full, plan, runnable: executor.prepare(plan), running: 0 };
  };
  const found = use(kept.get(full) ?? prepare());
  const runnable: Planned['runnable'] = {
    atOnce: found.runnable.atOnce,
    run: (leaves, scalars) => drive(run(found, leaves, scalars)),
    texts: () => found.runnable.texts(),
  };
  return { plan: found.plan, runnable, leaves: key.leaves, scalars: key.scalars };
}

/**
 * Returns the plan for the graph below `outputs` on a device; it is made if there is none. Returns
 * it at once if the device has been started, else as a promise.
 */
export function planFor(device: PlanDevice, outputs: readonly Node[]): Soon<Planned> {
  const executor = executorOf(device);
  return executor instanceof Promise
    ? executor.then((opened) => find(device, opened, outputs))
    : find(device, executor, outputs);
}
