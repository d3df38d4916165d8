import { setDevice, type DeviceName } from 'cotangent';
import { UsageError } from './usage.ts';

/**
 * Makes a device the current one, before any work; one that does not run here is refused in one
 * line.
 */
export async function chooseDevice(name: string): Promise<void> {
  try {
    await setDevice(name as DeviceName | 'auto');
  } catch (error) {
    const [line] = (error as Error).message.split('\n') as [string];
    throw new UsageError(`--device: ${line.replace(/^setDevice: /, '')}`, { cause: error });
  }
}
