// An experiment of one's own: three merge rules on a small table of made flowers.
//   npx cotangent run ./flowers.ts --full
import { compare } from 'cotangent-lab';
import { crossEntropy, foldIn, key, mse, nn, random, type Rule } from 'cotangent';
import { dataset, subset } from 'cotangent/data';

/** Returns 600 flowers: four lengths that depend on the kind, of three, and on the flower's age. */
async function flowers() {
  const n = 600;
  const draws = await random.normal(key(1), [n, 6]).array();
  const rows = (draws as unknown as number[][]).map((z, i) => {
    const [kind, age] = [i % 3, z[4]!];
    const lengths = [kind + 0.8 * z[0]!, age * (kind - 1) + 0.8 * z[1]!, age + z[2]!, z[3]!];
    return { lengths, kind, age: age + 0.3 * z[5]! };
  });
  const all = dataset({
    lengths: { data: Float32Array.from(rows.flatMap((r) => r.lengths)), shape: [n, 4] },
    kind: { data: Uint8Array.from(rows, (r) => r.kind), shape: [n] },
    age: { data: Float32Array.from(rows, (r) => r.age), shape: [n] },
  });
  return {
    train: subset(all, { stop: 300 }),
    validation: subset(all, { start: 300, stop: 450 }),
    test: subset(all, { start: 450 }),
  };
}

/** A rule of one's own: the gradients of both losses, each scaled to the length of the mean one. */
const equalLengths: Rule = (g) => {
  const lengths = g
    .square()
    .sum({ axis: [1, 2], keepDims: true })
    .add(1e-12)
    .sqrt();
  return g.div(lengths).mul(lengths.mean()).sum({ axis: 0 });
};

export const experiment = compare({
  name: 'flowers',
  title: 'Kind and age of a flower',
  model: {
    init: (k) => ({
      trunk: nn.linear.init(foldIn(k, 0), 4, 8),
      heads: { kind: nn.linear.init(foldIn(k, 1), 8, 3), age: nn.linear.init(foldIn(k, 2), 8, 1) },
    }),
    trunk: (trunk, { lengths }) => nn.linear(trunk, lengths).relu(),
    heads: {
      kind: (heads, h) => nn.linear(heads.kind, h),
      age: (heads, h) => nn.linear(heads.age, h).squeeze({ axis: 1 }),
    },
  },
  data: flowers,
  losses: {
    kind: (logits, batch) => crossEntropy(logits, batch.kind),
    age: (years, batch) => mse(years, batch.age),
  },
  metrics: {
    'wrong kinds': ({ kind }, batch) => kind.argMax({ axis: 1 }).notEqual(batch.kind),
    'squared age': ({ age }, batch) => age.sub(batch.age).square(),
  },
  methods: ['baseline', 'gradDrop', { equalLengths: () => equalLengths }],
  steps: 60,
});
