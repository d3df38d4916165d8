import { browserDevices, onEachDevice } from '../support/onEachDevice.ts';
import { neighboursSuite } from '../suites/neighbours.ts';

await onEachDevice(browserDevices, (name) => neighboursSuite(name));
