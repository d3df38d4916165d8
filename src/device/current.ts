export const deviceNames = ['webgpu', 'webgl2', 'webgl', 'headlessgl', 'webasm', 'cpu', 'reference'] as const;

export type DeviceName = (typeof deviceNames)[number];

let current: DeviceName = 'webasm';

/** Returns the device on which values are computed now. */
export const device = (): DeviceName => current;

export const currentIsReference = (): boolean => current === 'reference';

export const makeCurrent = (name: DeviceName): void => void (current = name);
