import { onEachDevice } from '../support/onEachDevice.ts';
import { claimSuite } from './claimSuite.ts';

await onEachDevice(['cpu', 'webasm', 'webgpu'], (name) => claimSuite(name, 400));
