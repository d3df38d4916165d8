import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { limbsOf, seedWords, uniforms } from '../../kernels/random.ts';
import { nodeDevices, onEachDevice } from '../support/onEachDevice.ts';
import { root } from '../support/sources.ts';
import { uniformitySuite } from './uniformitySuite.ts';

await onEachDevice(nodeDevices, uniformitySuite);

test('four million draws have the same bits in another process', () => {
  const program = `
    import { createHash } from 'node:crypto';
    import { limbsOf, seedWords, uniforms } from './kernels/random.ts';
    console.log(createHash('sha256').update(uniforms(limbsOf(...seedWords(123)), 2 ** 22)).digest('hex'));
  `;
  const said = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    cwd: root,
    encoding: 'utf8',
  });
  const here = uniforms(limbsOf(...seedWords(123)), 2 ** 22);
  expect(said.trim()).toBe(createHash('sha256').update(here).digest('hex'));
});
