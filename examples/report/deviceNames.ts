import type { DeviceName } from 'cotangent';

/** The devices that there are; which of them answer is another question. */
export const deviceNames = [
  'webgpu',
  'webgl2',
  'webgl',
  'headlessgl',
  'webasm',
  'cpu',
  'reference',
] as const satisfies readonly DeviceName[];
