import type * as node from './node.ts';

/**
 * This stands in place of node.ts: a page has interfaces of its own or cannot have what Node has.
 */
export const { installDawn, loadGl, noAdapter, loadWabt }: typeof node = {
  installDawn: async () => undefined,
  loadGl: async () => {
    throw new Error('only Node has it');
  },
  noAdapter: 'this browser offers no WebGPU adapter',
  loadWabt: async () => {
    throw new Error('Node can show it as text');
  },
};
