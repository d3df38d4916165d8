import { browserDevices, onEachDevice } from '../support/onEachDevice.ts';
import { layoutsSuite } from '../suites/layouts.ts';

await onEachDevice(browserDevices, (name) => layoutsSuite(name));
