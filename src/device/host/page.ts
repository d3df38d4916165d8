import type * as node from './node.ts';

/** Replaces node.ts in pages, which have these interfaces already or cannot have them. */
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
