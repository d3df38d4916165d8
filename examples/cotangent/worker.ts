import { setDevice, type DeviceName } from 'cotangent';
import { Stopped, type Common, type Place } from '../report/experiment.ts';
import { UsageError } from '../report/usage.ts';

/** What a worker is sent. */
export interface Job {
  readonly experiment: keyof typeof cells;
  readonly settings: Common;
  readonly args: unknown;
  readonly place: Place;
}

/** What comes back: errors that are meant to be read keep nothing but their line. */
export type Outcome = { readonly result: unknown } | { readonly stopped: string };

/** Without the experiments' reports, which no worker needs. */
const cells = {
  attributes: () => import('../attributes/cell.ts'),
  transfer: () => import('../transfer/cell.ts'),
  landscape: () => import('../landscape/cell.ts'),
};

/** Which settings and arguments a cell takes the experiment knows, that made both. */
type Compute = (settings: Common, args: unknown, place: Place) => Promise<unknown>;

let current: string | undefined;

/** Computes one cell on the run's device. */
export async function work({ experiment, settings, args, place }: Job): Promise<Outcome> {
  if (current !== settings.device) await setDevice(settings.device as DeviceName);
  current = settings.device;
  const { cell } = await cells[experiment]();
  try {
    return { result: await (cell as unknown as Compute)(settings, args, place) };
  } catch (error) {
    if (error instanceof Stopped || error instanceof UsageError) return { stopped: error.message };
    throw error;
  }
}
