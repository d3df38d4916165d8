// In a page Benchmark.js finds lodash, which it brings along, by its global name.
import lodash from 'lodash';

globalThis._ = lodash;
