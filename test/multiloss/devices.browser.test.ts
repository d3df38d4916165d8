import { browserDevices, onEachDevice } from '../support/onEachDevice.ts';
import { multilossSuite } from '../suites/multiloss.ts';
import { ruleSuite } from '../suites/rules.ts';

await onEachDevice(browserDevices, (name) => {
  multilossSuite(name);
  ruleSuite(name);
});
