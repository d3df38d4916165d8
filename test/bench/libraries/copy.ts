import type { Library } from '../library.ts';

/**
 * GradDrop of lanes g at features h by Algorithm 1 in doubles, each element for itself: with G =
 * sgn(h) g, those with G > 0 pass where ½ (1 + ΣG/Σ|G|) > U, those with G < 0 elsewhere.
 */
function merged(g: Float32Array, h: Float32Array, draw: Float32Array): Float64Array {
  const [n, lanes] = [h.length, g.length / h.length];
  return Float64Array.from(h, (feature, i) => {
    let [positive, negative] = [0, 0];
    for (let lane = 0; lane < lanes; lane++) {
      if (g[lane * n + i]! > 0) positive += g[lane * n + i]!;
      else negative -= g[lane * n + i]!;
    }
    const [up, down] = feature > 0 ? [positive, negative] : [negative, positive];
    const kept = up / (up + down) > draw[i]! ? up : -down;
    return feature > 0 ? kept : -kept;
  });
}

/**
 * The same values by the definition; what is timed is copying half as many bytes as the kernel
 * reads and writes.
 */
export const library: Library = {
  backend: () => 'memory',
  start: async () => undefined,
  kinds: {
    signDrop({ g, h, draw }) {
      const from = new Float32Array((g!.data.length + 3 * h!.data.length) / 2).fill(1);
      const to = new Float32Array(from.length);
      return {
        call: async () => [merged(g!.data, h!.data, draw!.data)],
        timed: async () => to.set(from),
      };
    },
  },
};
