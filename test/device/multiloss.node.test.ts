import { nodeOnlyDevices, onEachDevice } from '../support/onEachDevice.ts';
import { multilossSuite } from '../suites/multiloss.ts';
import { ruleSuite } from '../suites/rules.ts';
import { rulePropertySuite } from '../suites/ruleProperties.ts';

await onEachDevice(nodeOnlyDevices, (name) => {
  multilossSuite(name);
  ruleSuite(name);
  rulePropertySuite(name);
});
