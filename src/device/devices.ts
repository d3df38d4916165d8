import { choice, currentIsReference, device, deviceNames, type DeviceName } from './current.ts';
import { full, leaf, mul } from '../graph/build.ts';
import { memo } from '../graph/memo.ts';
import { interned, type HostArray } from '../graph/node.ts';
import { executorOf, type PlanDevice } from './loaders.ts';
import { execute } from './run.ts';
import { drive } from './soon.ts';
import { HostStorage } from './storage.ts';

export { currentIsReference, device, type DeviceName };

const answers = new Map<DeviceName, Promise<string | undefined>>();

/** Multiplies four numbers by 2 on a device and returns the result. */
async function doubled(name: DeviceName): Promise<HostArray> {
  const given = new HostStorage(Float32Array.of(1, 2, 3, 4), name);
  const double = interned(() => mul(leaf([4]), full([4], 2)), 'execution');
  try {
    const [result] = await drive(execute(name, [double], () => given));
    return await result!.read().finally(() => result!.dispose());
  } finally {
    given.dispose();
  }
}

/** Returns the reason why a device does not run here; undefined if it does. */
async function refusal(name: DeviceName): Promise<string | undefined> {
  try {
    const got = Array.from(await doubled(name)).join(', ');
    return got === '2, 4, 6, 8' ? undefined : `it computed ${got} for 2, 4, 6, 8`;
  } catch (error) {
    const text = (error instanceof Error ? error.message : String(error)).replace(`${name}: `, '');
    if (!/is not supported/.test(text)) return text;
    return name === 'headlessgl'
      ? "the package 'gl' opens no context: it needs a display"
      : 'gpu.js finds no such interface here';
  }
}

/** Does the same as `refusal`, but asks each device only once. */
const answer = (name: DeviceName): Promise<string | undefined> => memo(answers, name, () => refusal(name));

/** Returns the devices that run here. Each is tested with a small kernel. */
export async function devices(): Promise<DeviceName[]> {
  const found: DeviceName[] = [];
  for (const name of deviceNames) if ((await answer(name)) === undefined) found.push(name);
  return found;
}

const software = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render|warp/i;

/** Tells whether a device is a real GPU and not a program that imitates one. */
async function isHardware(name: PlanDevice): Promise<boolean> {
  const renderer = await (await executorOf(name)).renderer?.();
  return !!renderer && !software.test(renderer);
}

/**
 * Returns a real GPU if one runs here, else WebAssembly, else JavaScript. Throws if none of them
 * runs.
 */
async function choose(): Promise<DeviceName> {
  for (const name of ['webgpu', 'webgl2'] as const)
    if ((await answer(name)) === undefined && (await isHardware(name))) return name;
  for (const name of ['webasm', 'cpu'] as const) if ((await answer(name)) === undefined) return name;
  throw new Error(
    `setDevice: auto found no device: webasm: ${await answer('webasm')}; cpu: ${await answer('cpu')}; use reference, which is slow`,
  );
}

/**
 * Chooses the device on which values are computed from now on. 'auto' takes a real GPU if one runs
 * here, never a software adapter, then 'webasm', then 'cpu'. Throws for an unknown name, and for a
 * device that does not run here; that error gives the reason. Live tensors move through the host
 * when they are next used. If several calls run at once, the last of them that succeeds decides,
 * whichever finishes first.
 */
export async function setDevice(name: DeviceName | 'auto'): Promise<void> {
  const makeCurrent = choice();
  if (name === 'auto') return makeCurrent(await choose());
  if (!deviceNames.includes(name))
    throw new Error(`setDevice: the name must be auto or one of ${deviceNames.join(', ')}, got '${String(name)}'`);
  const reason = await answer(name);
  if (reason !== undefined) throw new Error(`setDevice: ${name} does not run here: ${reason}`);
  makeCurrent(name);
}
