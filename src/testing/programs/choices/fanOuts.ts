import { sizeOf } from '../../../graph/node.ts';
import { fanOut } from '../../../multiloss/fanOut.ts';
import { gradDrop } from '../../../multiloss/gradDrop.ts';
import { constant } from '../../../multiloss/rules/constant.ts';
import { meanLanes } from '../../../multiloss/rules/meanLanes.ts';
import { sumLanes } from '../../../multiloss/rules/sumLanes.ts';
import { tensor } from '../../../tensor/create.ts';
import { key } from '../../../tensor/key.ts';
import type { Tensor } from '../../../tensor/tensor.ts';
import { any, mostAxes, mostElements, pick, type Choice } from '../pool.ts';
import type { Random } from '../program.ts';

/** One weight for each lane, shaped to broadcast. */
const weights = (rank: number, count: number): Tensor =>
  tensor(
    Float64Array.from({ length: count }, (_, i) => [1, -0.75, 0.5][i]!),
    { shape: [count, ...Array.from({ length: rank }, () => 1)] },
  );

/** A fan-out whose lanes take different paths and are then combined. */
const lanes =
  (name: string, split: (random: Random, count: number) => (h: Tensor) => Tensor): Choice =>
  (random, pool) => {
    const i = any(random, pool, (s) => s.length > 0 && s.length < mostAxes && sizeOf(s) * 3 <= mostElements);
    if (i === undefined) return undefined;
    const count = 1 + random(3);
    const apart = split(random, count);
    const { length: rank } = pool[i]!;
    const whole = random(2) === 0;
    return {
      name,
      inputs: [i],
      run: (h) => {
        const wide = apart(h!).mul(weights(rank, count));
        if (whole) return wide;
        return [...wide].map((x, n) => (n === 0 ? x.sin() : x.mul(n - 1.5))).reduce((a, b) => a.add(b));
      },
    };
  };

/** Fan-outs with each merge rule. */
export const fanOuts: readonly Choice[] = [
  lanes('sumLanes', (_, n) => (h) => fanOut(h, n, sumLanes())),
  lanes('meanLanes', (_, n) => (h) => fanOut(h, n, meanLanes())),
  lanes('constant', (_, n) => (h) => fanOut(h, n, constant([2, -1, 0.5].slice(0, n)))),
  lanes('gradDrop', (random, n) => {
    const seed = random(1000);
    const k = pick(random, [0, 0.5, 1]);
    const marginalize = pick(random, ['batch', 'none'] as const);
    const zeroSign = pick(random, ['keep', 'drop', 'positive'] as const);
    const leak = pick(random, [0, 0.25, [0, 0.5, 1].slice(0, n)]);
    const preserveNorm = random(4) === 0;
    const inputSign = random(3) > 0;
    return (h) => gradDrop(h, n, { key: key(seed), k, marginalize, zeroSign, leak, preserveNorm, inputSign });
  }),
];
