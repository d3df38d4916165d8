import { afterAll, beforeAll, describe, inject, test } from 'vitest';
import { device, devices, setDevice, type DeviceName } from '../../src/index.ts';
import { long } from './long.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /**
     * True with COTANGENT_REQUIRE_SHADERS=1: a device that does not run here fails instead of being
     * skipped.
     */
    requireShaders: boolean;
    /** The path of Chromium; empty if there is none. */
    chromium: string;
    /** The devices of COTANGENT_DEVICES, or those that every job tests. */
    nodeDevices: string[];
  }
}

/**
 * The devices that Node can run, without a page and, unless a job asks for it, without an X server.
 */
export const nodeDevices = inject('nodeDevices') as DeviceName[];

/**
 * The float32 devices of Node that no page runs, and webgpu with `COTANGENT_LONG=1`. The suites
 * that use this list take minutes on emulated webgpu, and the page runs them there.
 */
export const nodeOnlyDevices = nodeDevices.filter((name) => name !== 'reference' && (long || name !== 'webgpu'));

/** The devices that a page in headless Chromium can run. */
export const browserDevices = ['webasm', 'webgl', 'webgl2', 'webgpu'] satisfies DeviceName[];

/**
 * Defines the same tests once for each device, in a `describe` that chooses the device first and
 * restores the old one. A device that does not run on this machine is skipped, or fails if shaders
 * are required.
 */
export async function onEachDevice(names: readonly DeviceName[], define: (name: DeviceName) => void): Promise<void> {
  const answering = new Set<string>(await devices());
  for (const name of names) {
    if (answering.has(name)) {
      describe(`on ${name}`, () => {
        let before: DeviceName;
        beforeAll(async () => {
          before = device();
          await setDevice(name);
        });
        afterAll(async () => {
          await setDevice(before);
        });
        define(name);
      });
    } else if (inject('requireShaders')) {
      test(`on ${name}`, () => {
        throw new Error(`onEachDevice: ${name} must answer here, got only ${[...answering].join(', ')}`);
      });
    } else {
      describe.skip(`on ${name} (does not answer here)`, () => define(name));
    }
  }
}
