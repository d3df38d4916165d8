import { operationsSuite } from '../suites/operations.ts';

operationsSuite('reference');
