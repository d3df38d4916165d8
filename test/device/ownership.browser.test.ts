import { browserDevices, onEachDevice } from '../support/onEachDevice.ts';
import { ownershipSuite } from '../suites/ownership.ts';

await onEachDevice(browserDevices, ownershipSuite);
