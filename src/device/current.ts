export const deviceNames = ['webgpu', 'webgl2', 'webgl', 'headlessgl', 'webasm', 'cpu', 'reference'] as const;

export type DeviceName = (typeof deviceNames)[number];

let current: DeviceName = 'webasm';

/** Returns the device on which values are computed now. */
export const device = (): DeviceName => current;

export const currentIsReference = (): boolean => current === 'reference';

/** Calls that choose a device, and which of them chose the current one. */
let [asked, chosen] = [0, 0];

/**
 * Takes the place of a call that chooses a device. What it gives makes that device current, unless
 * a later call has made its own current.
 */
export function choice(): (name: DeviceName) => void {
  const turn = ++asked;
  return (name) => {
    if (turn > chosen) [current, chosen] = [name, turn];
  };
}
