import type { Device } from './device.ts';
import { shader } from './dialect.ts';
import { glSettings } from './glSettings.ts';

/**
 * WebGL 1 hands over at half precision what its compiler folds to a literal, since its output is
 * `mediump`.
 */
export const webgl: Device = {
  name: 'webgl',
  kernelClass: 'WebGLKernel',
  settings: glSettings,
  dialect: { ...shader('webgl'), passesFixed: true },
};
