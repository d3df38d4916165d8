import { browserDevices, onEachDevice } from '../support/onEachDevice.ts';
import { writtenNumbersSuite } from '../suites/writtenNumbers.ts';

await onEachDevice(browserDevices, writtenNumbersSuite);
