import type { Device } from './device.ts';
import { shader } from './dialect.ts';
import { gl } from './gl.ts';

/**
 * The device `webgl`. WebGL 1 rounds results that its compiler folds to a literal to half
 * precision, because its output is `mediump`; so literals are passed as arguments.
 */
export const webgl: Device = {
  ...gl('webgl', 'WebGLKernel'),
  dialect: { ...shader('webgl'), passesFixed: true },
};
