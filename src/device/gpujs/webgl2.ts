import { sizeOf } from '../../graph/node.ts';
import type { Device } from './device.ts';
import { shader } from './dialect.ts';
import { gl } from './gl.ts';
import { adjacent, threadsOf } from './layout.ts';
import { print } from './print.ts';
import { Texels } from './webgl2/texels.ts';

const dialect = { ...shader('webgl2'), readsVec4: true };

/** If the source has more characters, four elements for each thread are no faster. */
const longest = 4096;

/**
 * Lets a thread compute four adjacent elements of a product, and of any short kernel that reads all
 * of its arrays by vec4. It then reads each texel once, not four times.
 */
const threads: Device['threads'] = (root, isBuffer, isProduct) => {
  const four = threadsOf(root, isBuffer, adjacent(sizeOf(root.shape)));
  if (isProduct) return four;
  const { vec4, text } = print(four.kernel.code, dialect);
  return vec4.every(Boolean) && text.length <= longest ? four : undefined;
};

async function renderer(): Promise<string> {
  const gl = typeof OffscreenCanvas === 'undefined' ? null : new OffscreenCanvas(1, 1).getContext('webgl2');
  const names = gl?.getExtension('WEBGL_debug_renderer_info');
  return names ? String(gl!.getParameter(names.UNMASKED_RENDERER_WEBGL)) : '';
}

export const webgl2: Device = {
  ...gl('webgl2', 'WebGL2Kernel'),
  dialect,
  renderer,
  threads,
  held: (result, source) => new Texels(result, source),
  given: (handle, vec4, copy) => (handle as Texels).as(vec4, copy),
};
