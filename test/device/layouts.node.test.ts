import { nodeDevices, onEachDevice } from '../support/onEachDevice.ts';
import { layoutsSuite } from '../suites/layouts.ts';

await onEachDevice(nodeDevices, (name) => layoutsSuite(name));
