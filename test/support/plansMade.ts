import { vi } from 'vitest';
import type { DeviceName } from '../../src/device/current.ts';
import { executorOf } from '../../src/device/loaders.ts';

/** Counts the plans that are made for a device from now on; `reference` makes none. */
export async function plansMade(name: DeviceName): Promise<() => number> {
  if (name === 'reference') return () => 0;
  const spy = vi.spyOn(await executorOf(name), 'prepare');
  const before = spy.mock.calls.length;
  return () => spy.mock.calls.length - before;
}
