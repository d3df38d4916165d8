import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawLandscapes, drawStarts, families } from '../../examples/figure2/landscapes.ts';
import { methods } from '../../examples/figure2/methods.ts';
import { train, type Run } from '../../examples/figure2/train.ts';
import { device, key, setDevice, type DeviceName } from '../../src/index.ts';

let before: DeviceName;
beforeAll(() => void (before = device()));
afterAll(() => setDevice(before));

test.each(methods.map((m) => [m.name, m] as const))(
  '%s takes the same way on webasm as in float64',
  async (_, method) => {
    const ends: number[][] = [];
    for (const name of ['reference', 'webasm'] as const) {
      await setDevice(name);
      const [landscape] = await drawLandscapes(families[1]!, 1, key(0));
      const starts = await drawStarts(0, 20, key(1));
      const runs: Run[] = starts.map((start) => ({ landscape: landscape!, start, rate: 0.01 }));
      ends.push(Array.from(await train(method, runs, { steps: 30, key: key(2), watch: () => undefined })));
    }
    ends[0]!.forEach((w, i) => expect(Math.abs(w - ends[1]![i]!)).toBeLessThan(1e-4));
  },
);
