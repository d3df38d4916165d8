export const deviceNames = ['webgpu', 'webgl2', 'webgl', 'headlessgl', 'webasm', 'cpu', 'reference'] as const;

export type DeviceName = (typeof deviceNames)[number];

let current: DeviceName = 'webasm';

/** Returns the device on which values are computed now. */
export const device = (): DeviceName => current;

export const currentIsReference = (): boolean => current === 'reference';

/**
 * The number of calls that chose a device so far, and the number of the call that chose the current
 * one.
 */
let [asked, chosen] = [0, 0];

/**
 * Begins a call that chooses a device. Returns a function that makes a device current, unless a
 * later call has done so already.
 */
export function choice(): (name: DeviceName) => void {
  const turn = ++asked;
  return (name) => {
    if (turn > chosen) [current, chosen] = [name, turn];
  };
}
