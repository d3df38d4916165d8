import { describe, expect, test } from 'vitest';
import type { GpuDevice } from '../../src/device/gpujs/gpujs.ts';
import {
  factsOfAll,
  factsOfFours,
  factsOfIntegers,
  factsOfReading,
  factsOfResident,
  factsOfTexels,
  factsOfTiles,
} from './gpujs.ts';

test('the page is cross-origin isolated, so that webasm has threads', () => {
  expect(crossOriginIsolated).toBe(true);
});

const devices: GpuDevice[] = ['webgl', 'webgl2', 'webgpu'];
describe.each(devices)('gpu.js on %s', (device) => {
  factsOfAll(device);
  factsOfResident(device);
  if (device === 'webgl2' || device === 'webgpu') factsOfFours(device);
  if (device === 'webgl2') factsOfTexels();
  if (device === 'webgl2') factsOfReading();
  if (device === 'webgpu') factsOfIntegers();
  if (device === 'webgpu') factsOfTiles();
});
