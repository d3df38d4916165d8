import { loadGl } from '../host/node.ts';
import type { Device } from './device.ts';
import { shader } from './dialect.ts';
import { glSettings } from './glSettings.ts';

/** The device `headlessgl` is WebGL in Node, by the optional package `gl`. */
export const headlessgl: Device = {
  name: 'headlessgl',
  kernelClass: 'HeadlessGLKernel',
  settings: glSettings,
  dialect: shader('headlessgl'),
  begin: loadGl,
};
