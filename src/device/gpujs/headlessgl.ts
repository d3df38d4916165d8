import type { Executor } from '../executor.ts';
import { prepare } from '../host/node.ts';
import { openShaders } from './shaderDevice.ts';
import { glsl } from './webgl.ts';

export const open = (): Promise<Executor> =>
  openShaders({ name: 'headlessgl', dialect: glsl('headlessgl'), begin: () => prepare('headlessgl') });
