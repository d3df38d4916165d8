import { afterAll, beforeAll, describe } from 'vitest';
import { device, setDevice } from '../../src/device/devices.ts';

export type DeviceName = ReturnType<typeof device>;

/** What is asked of a device. */
export interface Settings {
  readonly device: DeviceName;
  /** Relative error of values; derivatives may have more. */
  readonly tolerance: number;
  /** Runs of a property: each may compile kernels. */
  readonly runs: number;
  /** Whether NaN, ±∞ and −0 are those of IEEE 754 here. */
  readonly ieee: boolean;
}

const exact = { tolerance: 1e-12, runs: 60, ieee: true };
const rounded = { tolerance: 2e-6, runs: 10, ieee: true };
const shader = { tolerance: 2e-5, runs: 3, ieee: false };

export const settingsOf = (name: DeviceName): Settings => ({
  device: name,
  ...(name === 'reference' ? exact : name === 'cpu' || name === 'webasm' ? rounded : shader),
});

/** Tests that run on one device; the one before is put back afterwards. */
export function suiteOn(name: DeviceName, title: string, define: (settings: Settings) => void): void {
  describe(`${title} on ${name}`, () => {
    let before: DeviceName;
    beforeAll(async () => {
      before = device();
      await setDevice(name);
    });
    afterAll(async () => {
      await setDevice(before);
    });
    define(settingsOf(name));
  });
}
