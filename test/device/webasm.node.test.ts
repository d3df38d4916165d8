import { onEachDevice } from '../support/onEachDevice.ts';
import { operationsSuite } from '../suites/operations.ts';

await onEachDevice(['webasm'], () => operationsSuite('webasm'));
