import { browserDevices, onEachDevice } from '../support/onEachDevice.ts';
import { peersSuite } from '../suites/peers.ts';

await onEachDevice(browserDevices, peersSuite);
