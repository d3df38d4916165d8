import '../support/collector.ts';
import { long } from '../support/long.ts';
import { nodeDevices, onEachDevice } from '../support/onEachDevice.ts';
import { runningSuite } from '../suites/running.ts';

const steps = long ? 10_000 : 3_000;
await onEachDevice(nodeDevices, (name) => runningSuite(name, { trainingSteps: name === 'webasm' ? steps : 500 }));
