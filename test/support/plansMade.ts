import { vi } from 'vitest';
import type { DeviceName } from '../../src/device/current.ts';
import { executorOf } from '../../src/device/loaders.ts';

/**
 * Returns a function that tells how many plans have been made for a device since this call. The
 * device `reference` makes none.
 */
export async function plansMade(name: DeviceName): Promise<() => number> {
  if (name === 'reference') return () => 0;
  const spy = vi.spyOn(await executorOf(name), 'prepare');
  const before = spy.mock.calls.length;
  return () => spy.mock.calls.length - before;
}
