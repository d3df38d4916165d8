import { nodeDevices, onEachDevice } from '../support/onEachDevice.ts';
import { peersSuite } from '../suites/peers.ts';

await onEachDevice(nodeDevices, peersSuite);
