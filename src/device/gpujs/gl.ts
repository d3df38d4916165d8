import type { Device } from './device.ts';
import { shader } from './dialect.ts';

/**
 * Describes a device for which gpu.js writes GLSL. Without these settings it computes with the
 * lowest precision.
 */
export const gl = (name: Device['name'], kernelClass: string): Device => ({
  name,
  kernelClass,
  settings: { pipeline: true, precision: 'single', tactic: 'precision' },
  dialect: shader(name),
});
