import { browserDevices, onEachDevice } from '../support/onEachDevice.ts';
import { programsSuite } from './programs.ts';

await onEachDevice(browserDevices, (name) => programsSuite(name, 5));
