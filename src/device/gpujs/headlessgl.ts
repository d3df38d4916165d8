import { loadGl } from '../host/node.ts';
import type { Device } from './device.ts';
import { gl } from './gl.ts';

/** The device `headlessgl`: WebGL in Node, from the optional package `gl`. */
export const headlessgl: Device = { ...gl('headlessgl', 'HeadlessGLKernel'), begin: loadGl };
