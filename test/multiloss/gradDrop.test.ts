import { multilossSuite } from '../suites/multiloss.ts';

multilossSuite('reference');
