// In a page Benchmark.js finds what it needs by its global name.
import lodash from 'lodash';

globalThis._ = lodash;
