import type { Executor } from '../executor.ts';
import { noAdapter, prepare } from '../host/node.ts';
import { laneCount } from './print.ts';
import { openShaders, type ShaderDevice } from './shaderDevice.ts';
import { tiledSource } from './source.ts';
import { tile } from './tiles.ts';
import { inNumbers } from './webgpu/inNumbers.ts';
import { returnTiles } from './webgpu/returnTiles.ts';

/**
 * Declares integers as gpu.js knows them in shaders: what starts as a dimension and is counted up
 * somewhere. As floating-point numbers they would be converted at each read.
 */
export function wholeNumbers(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const declared = names.map((name) => `let ${name} = this.output.x;`);
  return [...declared, `if (this.thread.x < 0) { ${names.map((name) => `${name}++;`).join(' ')} }`];
}

const dialect = {
  name: 'webgpu',
  largestIndex: 2 ** 24,
  dividesExactly: false,
  asNumber: (index: string) => `((${index}) / 1)`,
  passesFixed: false,
  integers: wholeNumbers,
};

export const webgpu: ShaderDevice = {
  name: 'webgpu',
  dialect,
  async begin(module) {
    await prepare('webgpu');
    if (!(await (await module()).GPU.isWebGPUAvailable())) throw new Error(noAdapter);
  },
  tiled: (root, isProduct, isBuffer) => (isProduct ? tiledSource(tile(root, isBuffer), dialect) : undefined),
  kernel({ source, size, lanes, row = 0 }, make) {
    const kernel = make(source, Math.ceil(size / lanes));
    if (lanes > laneCount) returnTiles(kernel, lanes, row);
    return kernel;
  },
  held: (result, size, lanes) => (lanes > 1 ? inNumbers(result, size) : result),
  takesArrays: true,
  readsLater: true,
};

export const open = (): Promise<Executor> => openShaders(webgpu);
