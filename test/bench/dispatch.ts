import { entrant, type Api } from './entrant.ts';
import type { Start } from './measure.ts';
import { tiny } from './sweeps.ts';

/**
 * What a compiled call costs that computes next to nothing and is read, and each kernel in it:
 * microseconds.
 */
export interface Dispatch {
  readonly call: number;
  readonly kernel: number;
}

/**
 * A line through the least times of two calls, of one kernel and of many, each on sixteen numbers.
 */
export async function dispatch(api: Api, start: Start): Promise<Dispatch> {
  const found: { steps: number; micros: number }[] = [];
  for (const [at, point] of tiny.entries()) {
    const running = await start(entrant('cotangent', point, api), { list: 'tiny', at });
    try {
      await running.ask('start', {});
      await running.ask('time', { seconds: 0.3 });
      const { wall } = await running.ask('time', { seconds: 1 });
      const { plan } = await running.ask('tell', {});
      found.push({ steps: plan!.steps, micros: 1000 * Math.min(...wall) });
    } finally {
      await running.end();
    }
  }
  const [one, many] = found as [(typeof found)[0], (typeof found)[0]];
  const kernel = (many.micros - one.micros) / (many.steps - one.steps);
  return { kernel, call: one.micros - one.steps * kernel };
}
