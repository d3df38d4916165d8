import '../support/collector.ts';
import { nodeDevices, onEachDevice } from '../support/onEachDevice.ts';
import { networkSuite } from '../suites/networks.ts';

await onEachDevice(nodeDevices, (name) => networkSuite(name, { steps: name === 'webgpu' ? 15 : 40 }));
