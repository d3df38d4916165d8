import { setDevice, type DeviceName } from 'cotangent';
import { Stopped, type Common, type Place } from '../report/experiment.ts';
import { own } from '../compare/own.ts';
import { UsageError } from '../report/usage.ts';

/** The message that a worker receives: the cell to compute. */
export interface Job {
  readonly experiment: string;
  /** The user's module that exports the experiment, if it is none of this program. */
  readonly file?: string;
  readonly settings: Common;
  readonly args: unknown;
  readonly place: Place;
}

/**
 * The message that a worker returns: the result of a cell, or the line of an error that is meant
 * for the user.
 */
export type Outcome = { readonly result: unknown } | { readonly stopped: string };

/**
 * The functions that compute the experiments' cells, without the reports, which no worker needs.
 */
const cells = {
  attributes: () => import('../attributes/cell.ts'),
  transfer: () => import('../transfer/cell.ts'),
  landscape: () => import('../landscape/cell.ts'),
};

/** The experiment makes both settings and arguments, so it knows their types. */
type Compute = (settings: Common, args: unknown, place: Place) => Promise<unknown>;

let current: string | undefined;

const modules = new Map<string, ReturnType<typeof own>>();

/** Loads a module once, since loading it registers a reader of TypeScript. */
function loaded(file: string): ReturnType<typeof own> {
  const module = modules.get(file) ?? own(file);
  modules.set(file, module);
  return module;
}

/** Computes one cell on the run's device. Throws any error that is not meant for the user. */
export async function work({ experiment, file, settings, args, place }: Job): Promise<Outcome> {
  if (current !== settings.device) await setDevice(settings.device as DeviceName);
  current = settings.device;
  const { cell } = file === undefined ? await cells[experiment as keyof typeof cells]() : await loaded(file);
  try {
    return { result: await (cell as unknown as Compute)(settings, args, place) };
  } catch (error) {
    if (error instanceof Stopped || error instanceof UsageError) return { stopped: error.message };
    throw error;
  }
}
