import { currentIsReference, device, deviceNames, makeCurrent, type DeviceName } from './current.ts';

export { currentIsReference, device, type DeviceName };

/** Chooses the device on which values are computed from now on. */
export async function setDevice(name: DeviceName | 'auto'): Promise<void> {
  if (name !== 'auto' && !deviceNames.includes(name))
    throw new Error(`setDevice: the name must be auto or one of ${deviceNames.join(', ')}, got '${String(name)}'`);
  if (name === 'auto') name = 'webasm';
  makeCurrent(name);
}
