import { browserDevices, onEachDevice } from '../support/onEachDevice.ts';
import { runningSuite } from '../suites/running.ts';

await onEachDevice(browserDevices, (name) => runningSuite(name, { trainingSteps: name === 'webgl' ? 50 : 200 }));
