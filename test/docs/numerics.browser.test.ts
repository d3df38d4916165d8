import { browserDevices, onEachDevice } from '../support/onEachDevice.ts';
import { numericsSuite } from './numerics.ts';

await onEachDevice(browserDevices, numericsSuite);
