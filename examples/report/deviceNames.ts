import type { DeviceName } from 'cotangent';

/** The names of all devices; not all of them run on each machine. */
export const deviceNames = [
  'webgpu',
  'webgl2',
  'webgl',
  'headlessgl',
  'webasm',
  'cpu',
  'reference',
] as const satisfies readonly DeviceName[];
