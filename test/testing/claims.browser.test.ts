import { browserDevices, onEachDevice } from '../support/onEachDevice.ts';
import { claimSuite } from './claimSuite.ts';

/** Of every operation: on one device, for the others' suites look at each operation by itself. */
const long = new Set([
  'table-duality',
  'structural-duality',
  'table-boundaries',
  'structural-boundaries',
  'random-programs',
  'draws-counted',
]);

await onEachDevice(browserDevices, (name) => claimSuite(name, 20, (c) => name === 'webgpu' || !long.has(c.name)));
