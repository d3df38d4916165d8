import type { Node } from '../graph/node.ts';
import { planKey } from '../schedule/cache.ts';
import { compile, type Compiled } from './compile.ts';
import type { DeviceName } from './current.ts';
import type { Executor, Runnable } from './executor.ts';
import { executors as loaders, type PlanDevice } from './loaders.ts';
import type { SettledStorage } from './storage.ts';
import { noteUnrealised } from './unrealised.ts';

/** A plan of a graph's structure, and the parts of one graph that fill it. */
export interface Planned {
  readonly compiled: Compiled;
  readonly runnable: Runnable;
  readonly leaves: readonly Node[];
  readonly scalars: readonly number[];
}

/** How many plans were made, and how many runs found theirs made. */
export const counters = { planned: 0, found: 0 };

/** Plans that rest keep their kernels. */
const mostPlans = 48;

const executors = new Map<PlanDevice, Executor>();
const plans = new Map<string, Plan>();

interface Plan {
  readonly key: string;
  readonly compiled: Compiled;
  readonly runnable: Runnable;
  running: number;
}

/**
 * Makes a plan the most recently used; the least recently used of too many gives its kernels back
 * once it rests.
 */
function use(plan: Plan): void {
  plans.delete(plan.key);
  plans.set(plan.key, plan);
  for (const [key, old] of plans) {
    if (plans.size <= mostPlans) break;
    plans.delete(key);
    if (old.running === 0) old.runnable.destroy();
  }
}

/**
 * Runs a plan, whoever kept it: one that was given up takes its place again, or leaves it to the
 * equal one made since.
 */
function run(
  kept: Plan,
  leaves: readonly SettledStorage[],
  scalars: readonly number[],
): SettledStorage[] | Promise<SettledStorage[]> {
  const plan = plans.get(kept.key) ?? kept;
  use(plan);
  plan.running++;
  const rest = (): void => {
    plan.running--;
    if (plan.running === 0 && plans.get(plan.key) !== plan) plan.runnable.destroy();
  };
  let values;
  try {
    values = plan.runnable.run(leaves, scalars);
  } catch (error) {
    rest();
    throw error;
  }
  if (values instanceof Promise) return values.finally(rest);
  rest();
  return values;
}

async function open(device: PlanDevice): Promise<Executor> {
  const opened = await loaders[device]().catch((cause: Error) => {
    throw new Error(`${device}: ${cause.message}`, { cause });
  });
  const executor = executors.get(device) ?? opened;
  executors.set(device, executor);
  return executor;
}

function find(device: PlanDevice, executor: Executor, outputs: readonly Node[]): Planned {
  const key = planKey(outputs);
  const full = `${device} ${key.key}`;
  let plan = plans.get(full);
  if (plan) counters.found++;
  else {
    counters.planned++;
    noteUnrealised(key.nodes);
    const compiled = compile(outputs, key, executor.target);
    plan = { key: full, compiled, runnable: executor.prepare(compiled), running: 0 };
  }
  use(plan);
  const found = plan;
  return {
    compiled: found.compiled,
    runnable: { ...found.runnable, run: (leaves, scalars) => run(found, leaves, scalars) },
    leaves: key.leaves,
    scalars: key.scalars,
  };
}

/**
 * The plan for the graph below `outputs` on a device, made or found; at once if the device has been
 * started.
 */
export function planFor(device: DeviceName, outputs: readonly Node[]): Planned | Promise<Planned> {
  const name = device as PlanDevice;
  const executor = executors.get(name);
  return executor ? find(name, executor, outputs) : open(name).then((opened) => find(name, opened, outputs));
}
