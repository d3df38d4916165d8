import { nodeOnlyDevices, onEachDevice } from '../support/onEachDevice.ts';
import { long } from '../support/long.ts';
import { claimSuite } from './claimSuite.ts';

await onEachDevice(nodeOnlyDevices, (name) => claimSuite(name, long ? 400 : 200));
