import { describe, expect, test } from 'vitest';
import type { GpuName } from '../../src/device/gpujs/gpujs.ts';
import { factsOfAll, factsOfFours, factsOfIntegers, factsOfResident, factsOfTexels, factsOfTiles } from './gpujs.ts';

test('the page is cross-origin isolated, so that webasm has threads', () => {
  expect(crossOriginIsolated).toBe(true);
});

const devices: GpuName[] = ['webgl', 'webgl2', 'webgpu'];
describe.each(devices)('gpu.js on %s', (device) => {
  factsOfAll(device);
  factsOfResident(device);
  if (device === 'webgl2' || device === 'webgpu') factsOfFours(device);
  if (device === 'webgl2') factsOfTexels();
  if (device === 'webgpu') factsOfIntegers();
  if (device === 'webgpu') factsOfTiles();
});
