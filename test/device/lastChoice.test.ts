import { expect, test, vi } from 'vitest';
import { backends } from '../../src/device/loaders.ts';
import { device, setDevice } from '../../src/index.ts';

test('of devices that are chosen at once the last one called holds, though an earlier one is ready later', async () => {
  const load = backends.webasm;
  let ready!: () => void;
  const slow = new Promise<void>((resolve) => (ready = resolve));
  vi.spyOn(backends, 'webasm').mockImplementation(async () => {
    await slow;
    return load();
  });
  const first = setDevice('webasm');
  const second = setDevice('reference');
  await second;
  expect(device()).toBe('reference');
  ready();
  await first;
  expect(device()).toBe('reference');
  vi.restoreAllMocks();
});

test('a last call that fails leaves the one before it', async () => {
  await setDevice('reference');
  const first = setDevice('webasm');
  await expect(setDevice('headlessgl')).rejects.toThrow('setDevice: headlessgl does not run here');
  await first;
  expect(device()).toBe('webasm');
});
