import type { Executor } from '../executor.ts';
import type { Device } from './device.ts';
import { shader } from './dialect.ts';
import { open as openDevice } from './executor.ts';
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

export const open = (): Promise<Executor> => openDevice(webgl);
