import { rulePropertySuite } from '../suites/ruleProperties.ts';

rulePropertySuite('reference');
