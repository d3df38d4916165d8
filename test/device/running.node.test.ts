import '../support/collector.ts';
import { nodeDevices, onEachDevice } from '../support/onEachDevice.ts';
import { runningSuite } from '../suites/running.ts';

await onEachDevice(nodeDevices, (name) => runningSuite(name, { trainingSteps: name === 'webasm' ? 10_000 : 500 }));
