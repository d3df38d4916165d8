import { nodeDevices, onEachDevice } from '../support/onEachDevice.ts';
import { programsSuite } from './programs.ts';

await onEachDevice(nodeDevices, (name) => programsSuite(name));
