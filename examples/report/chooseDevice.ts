import { setDevice, type DeviceName } from 'cotangent';
import { UsageError } from './usage.ts';

/**
 * Chooses the device of this name, or the best one for 'auto', before any work starts. Throws a
 * usage error of one line if it does not run here.
 */
export async function chooseDevice(name: string): Promise<void> {
  try {
    await setDevice(name as DeviceName | 'auto');
  } catch (error) {
    const [line] = (error as Error).message.split('\n') as [string];
    throw new UsageError(`--device: ${line.replace(/^setDevice: /, '')}`, { cause: error });
  }
}
