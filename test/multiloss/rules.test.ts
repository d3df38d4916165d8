import { ruleSuite } from '../suites/rules.ts';

ruleSuite('reference');
