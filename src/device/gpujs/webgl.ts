import type { Device } from './device.ts';
import { shader } from './dialect.ts';
import { gl } from './gl.ts';

/**
 * WebGL 1 hands over at half precision what its compiler folds to a literal, since its output is
 * `mediump`.
 */
export const webgl: Device = {
  ...gl('webgl', 'WebGLKernel'),
  dialect: { ...shader('webgl'), passesFixed: true },
};
