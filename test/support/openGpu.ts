import { Gpu, loadGpujs, type GpuName } from '../../src/device/gpujs/gpujs.ts';
import type { Device } from '../../src/device/gpujs/device.ts';
import { cpu } from '../../src/device/gpujs/cpu.ts';
import { headlessgl } from '../../src/device/gpujs/headlessgl.ts';
import { webgl } from '../../src/device/gpujs/webgl.ts';
import { webgl2 } from '../../src/device/gpujs/webgl2.ts';
import { webgpu } from '../../src/device/gpujs/webgpu.ts';

export const gpuDevices: Readonly<Record<GpuName, Device>> = { cpu, headlessgl, webgl, webgl2, webgpu };

const opened = new Map<GpuName, Gpu>();

/**
 * Returns gpu.js on a device, opened once for all tests of a file. Throws an error that says what
 * is missing if the device does not run here.
 */
export async function openGpu(name: GpuName): Promise<Gpu> {
  const known = opened.get(name);
  if (known) return known;
  await gpuDevices[name].begin?.();
  const gpu = new Gpu(await loadGpujs(), gpuDevices[name]);
  opened.set(name, gpu);
  return gpu;
}
