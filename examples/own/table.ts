// An experiment on a table of one's own, flowers.csv in the folder where it is run.
//   npx cotangent run ./table.ts --full
import { compare } from 'cotangent-lab';
import { crossEntropy, foldIn, mse, nn } from 'cotangent';
import { dataset, readCsv, subset } from 'cotangent/data';

async function data() {
  const { columns } = await readCsv('flowers.csv', {
    parts: { lengths: ['length', 'width'], kind: 'kind', age: 'age' },
    classes: ['kind'],
  });
  const all = dataset(columns);
  const [a, b] = [Math.floor(0.6 * all.size), Math.floor(0.8 * all.size)];
  return {
    train: subset(all, { stop: a }),
    validation: subset(all, { start: a, stop: b }),
    test: subset(all, { start: b }),
  };
}

export const experiment = compare({
  name: 'flowers',
  title: 'Kind and age of a flower',
  model: {
    init: (key) => ({
      trunk: nn.linear.init(foldIn(key, 0), 2, 16),
      heads: {
        kind: nn.linear.init(foldIn(key, 1), 16, 2),
        age: nn.linear.init(foldIn(key, 2), 16, 1),
      },
    }),
    trunk: (trunk, { lengths }) => nn.linear(trunk, lengths).relu(),
    heads: {
      kind: (heads, h) => nn.linear(heads.kind, h),
      age: (heads, h) => nn.linear(heads.age, h).squeeze({ axis: 1 }),
    },
  },
  data,
  losses: {
    kind: (logits, batch) => crossEntropy(logits, batch.kind),
    age: (years, batch) => mse(years, batch.age),
  },
  metrics: {
    'wrong kinds': ({ kind }, batch) => kind.argMax({ axis: 1 }).notEqual(batch.kind),
  },
  methods: ['baseline', 'gradDrop', 'mgda'],
  steps: 200,
});
