import type { Executor } from '../executor.ts';
import type { Dialect } from './dialect.ts';
import type { ShaderName } from './gpujs.ts';
import { openShaders } from './shaderDevice.ts';

/**
 * What WebGL needs: products of integers overflow, and GLSL keeps integers and numbers apart;
 * gpu.js divides in floating point.
 */
export const glsl = (name: ShaderName): Dialect => ({
  name,
  largestIndex: 2 ** 24,
  dividesExactly: false,
  asNumber: (index) => `((${index}) / 1)`,
  passesFixed: false,
});

/**
 * WebGL 1 hands over at half precision what its compiler folds to a literal: its output is
 * `mediump`.
 */
export const open = (): Promise<Executor> =>
  openShaders({ name: 'webgl', dialect: { ...glsl('webgl'), passesFixed: true } });
