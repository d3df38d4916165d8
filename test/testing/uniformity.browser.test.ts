import { browserDevices, onEachDevice } from '../support/onEachDevice.ts';
import { uniformitySuite } from './uniformitySuite.ts';

await onEachDevice(browserDevices, uniformitySuite);
