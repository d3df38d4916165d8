import { expect, test } from 'vitest';
import { key, nn, ones, optim, setDevice } from '../../src/index.ts';
import { textOf } from '../support/sources.ts';

await setDevice('reference');

const page = textOf('docs/networks.md');

/** The first cells of the tables' rows below a heading. */
function rows(heading: string): string {
  const from = page.indexOf(`\n## ${heading}`);
  expect(from).toBeGreaterThan(0);
  const section = page.slice(from, page.indexOf('\n## ', from + 1));
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|')[1])
    .join('\n');
}

/** What a table calls: `name(` or, without arguments, `name`, in backticks. */
const named = (text: string, prefix = ''): string[] => [
  ...new Set([...text.matchAll(new RegExp(`\`${prefix}(\\w+)[(\`]`, 'g'))].map((match) => match[1]!)),
];

const { init, ...layers } = nn;
const { schedules, ...methods } = optim;

test('the tables name every layer, initialiser, optimiser and schedule', () => {
  expect(named(rows('Layers')).sort()).toEqual(Object.keys(layers).sort());
  const { gains, ...initialisers } = init;
  expect(named(rows('Initialisers'), 'init\\.').sort()).toEqual(Object.keys(initialisers).sort());
  expect(page).toContain('nn.init.gains');
  expect(Object.keys(gains)).toContain('tanh');
  const optimisers = rows('Optimisers')
    .split('\n')
    .filter((row) => !row.includes('schedules.'))
    .join('\n');
  expect([...named(optimisers), 'clipByValue'].sort()).toEqual(Object.keys(methods).sort());
  expect(named(rows('Optimisers'), 'schedules\\.').sort()).toEqual(Object.keys(schedules).sort());
});

const [k, x, bad] = [key(1), ones([2, 4, 2, 2]), { zzz: 1 } as never];
const norm = nn.batchNorm.init(4);
const calls: Record<string, () => unknown> = {
  'linear.init': () => nn.linear.init(k, 1, 1, bad),
  conv2d: () => nn.conv2d(nn.conv2d.init(k, 4, 1, 1), x, bad),
  'conv2d.init': () => nn.conv2d.init(k, 1, 1, 1, bad),
  batchNorm: () => nn.batchNorm(norm.params, norm.state, x, bad),
  layerNorm: () => nn.layerNorm(nn.layerNorm.init(2), x, bad),
  groupNorm: () => nn.groupNorm(norm.params, x, bad),
  dropout: () => nn.dropout(k, x, bad),
  'embedding.init': () => nn.embedding.init(k, 1, 1, bad),
  maxPool2d: () => nn.maxPool2d(x, bad),
  avgPool2d: () => nn.avgPool2d(x, bad),
  attention: () => nn.attention(x, x, x, bad),
  multiHeadAttention: () => nn.multiHeadAttention(nn.multiHeadAttention.init(k, 2), x, bad),
  'multiHeadAttention.init': () => nn.multiHeadAttention.init(k, 2, bad),
  'init.constant': () => init.constant(k, [1], bad),
  'init.uniform': () => init.uniform(k, [1], bad),
  'init.normal': () => init.normal(k, [1], bad),
  'init.xavierUniform': () => init.xavierUniform(k, [1, 1], bad),
  'init.xavierNormal': () => init.xavierNormal(k, [1, 1], bad),
  'init.kaimingUniform': () => init.kaimingUniform(k, [1, 1], bad),
  'init.kaimingNormal': () => init.kaimingNormal(k, [1, 1], bad),
  'init.orthogonal': () => init.orthogonal(k, [1, 1], bad),
  sgd: () => optim.sgd(bad),
  adam: () => optim.adam(bad),
  adamW: () => optim.adamW(bad),
  rmsProp: () => optim.rmsProp(bad),
  'schedules.cosine': () => schedules.cosine(bad),
  'schedules.linear': () => schedules.linear(bad),
  'schedules.step': () => schedules.step(bad),
  'schedules.exponential': () => schedules.exponential(bad),
  'schedules.warmup': () => schedules.warmup(schedules.constant(1), bad),
};

test.each(Object.keys(calls))('the table has the options of %s', (name) => {
  const told = new RegExp(`\`${name.replace('.', '\\.')}\\((?:[^\`{]*)\\{ ([^}]*) \\}\\)\``).exec(page)?.[1];
  expect(calls[name]).toThrow(`the options are ${told}, got zzz`);
});

test('the table has no other options', () => {
  const told = page.split('\n').filter((line) => line.startsWith('| `'));
  const withOptions = told.flatMap((row) => [...row.matchAll(/`([\w.]+)\([^`{]*\{/g)].map((match) => match[1]!));
  expect(withOptions.sort()).toEqual(Object.keys(calls).sort());
});
