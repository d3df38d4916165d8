import { nodeDevices, onEachDevice } from '../support/onEachDevice.ts';
import { long } from '../support/long.ts';
import { claimSuite } from './claimSuite.ts';

await onEachDevice(
  nodeDevices.filter((name) => name !== 'reference'),
  (name) => claimSuite(name, long ? 400 : name === 'webgpu' ? 50 : 200),
);
