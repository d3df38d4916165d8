import { browserDevices, onEachDevice } from '../support/onEachDevice.ts';
import { networkSuite } from '../suites/networks.ts';

await onEachDevice(browserDevices, (name) => networkSuite(name, { steps: name === 'webasm' ? 40 : 15 }));
