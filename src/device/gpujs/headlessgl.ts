import type { Executor } from '../executor.ts';
import { prepare } from '../host/node.ts';
import type { Device } from './device.ts';
import { shader } from './dialect.ts';
import { open as openDevice } from './executor.ts';
import { glSettings } from './glSettings.ts';

/** WebGL in Node, by the optional package `gl`. */
export const headlessgl: Device = {
  name: 'headlessgl',
  kernelClass: 'HeadlessGLKernel',
  settings: glSettings,
  dialect: shader('headlessgl'),
  begin: () => prepare('headlessgl'),
};

export const open = (): Promise<Executor> => openDevice(headlessgl);
