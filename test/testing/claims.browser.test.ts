import { onEachDevice } from '../support/onEachDevice.ts';
import { claimSuite } from './claimSuite.ts';

/** One of each kind: the propositions, their counterexamples, sampling, batches and the merge's structure. */
const light = new Set([
  'prop1',
  'prop1-leaks',
  'prop2-printed',
  'prop2-norm-above-ratio',
  'law-of-the-update',
  'prop3-variance',
  'prop3-sampled',
  'virtual-weight-unbiased',
  'scaling',
  'extremes',
  'table-kinks',
  'native-is-composed',
  'lanes-are-multigrad',
]);

await onEachDevice(['webgl', 'webgl2', 'webgpu'], (name) => claimSuite(name, 100, (c) => light.has(c.name)));
