import { nodeDevices, onEachDevice } from '../support/onEachDevice.ts';
import { ownershipSuite } from '../suites/ownership.ts';

await onEachDevice(nodeDevices, ownershipSuite);
