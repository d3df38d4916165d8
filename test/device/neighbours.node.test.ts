import { nodeDevices, onEachDevice } from '../support/onEachDevice.ts';
import { neighboursSuite } from '../suites/neighbours.ts';

await onEachDevice(nodeDevices, (name) => neighboursSuite(name));
