import { nodeDevices, onEachDevice } from '../support/onEachDevice.ts';
import { numericsSuite } from './numerics.ts';

await onEachDevice(nodeDevices, numericsSuite);
