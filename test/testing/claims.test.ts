import { claimSuite } from './claimSuite.ts';

claimSuite('reference', 400);
