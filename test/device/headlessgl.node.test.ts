import { operationsSuite } from '../suites/operations.ts';
import { onEachDevice } from '../support/onEachDevice.ts';

await onEachDevice(['headlessgl'], () => operationsSuite('headlessgl'));
