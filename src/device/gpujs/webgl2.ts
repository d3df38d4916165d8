import type { Executor } from '../executor.ts';
import type { Dialect } from './dialect.ts';
import { readInFours } from './fours.ts';
import { openShaders, type ShaderDevice } from './shaderDevice.ts';
import { tiledSource } from './source.ts';
import { quad } from './tiles.ts';
import { glsl } from './webgl.ts';
import { Forms } from './webgl2/forms.ts';
import { readTexels } from './webgl2/readTexels.ts';
import { inTexture } from './webgl2/texture.ts';

const dialect: Dialect = { ...glsl('webgl2'), fours: readInFours };

/** Characters of a kernel's source; longer ones are no faster by fours. */
const longest = 4096;

/**
 * A thread computes four neighbours of a product, and of anything short that reads all of its
 * arrays so: a texel is read once in place of four times.
 */
const tiled: ShaderDevice['tiled'] = (root, isProduct, isBuffer) => {
  const source = tiledSource(quad(root, isBuffer), dialect);
  const reads = source.byFours.every((apart) => apart === 1) && source.text.length <= longest;
  return isProduct || reads ? source : undefined;
};

const webgl2: ShaderDevice = {
  name: 'webgl2',
  dialect,
  tiled,
  kernel({ source, size, lanes, sizes }, make) {
    const asked = inTexture(source, Math.ceil(size / lanes));
    const kernel = make(asked.source, asked.output);
    readTexels(kernel, sizes);
    return kernel;
  },
  held: (result, size, lanes, kernels) => new Forms(result, size, lanes > 1, kernels),
  given: (handle, apart) => (handle as Forms).as(apart),
};

export const open = (): Promise<Executor> => openShaders(webgl2);
