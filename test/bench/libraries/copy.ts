import type { Library } from '../library.ts';
import { draws } from '../workloads.ts';

/** As many bytes as the lanes have, copied as often as they are read. */
export const library: Library = {
  backend: () => 'memory',
  start: async () => undefined,
  kinds: {
    signDrop({ g }) {
      const from = g!.data;
      const to = new Float32Array(from.length);
      return {
        async call() {
          for (let i = 0; i < draws; i++) to.set(from);
          return [];
        },
      };
    },
  },
};
