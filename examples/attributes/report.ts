import { escape, list, paragraphs, table } from '../report/html.ts';
import { csvOf } from '../report/csv.ts';
import { meanSd } from '../report/paired.ts';
import { textTable } from '../report/textTable.ts';
import { caution } from '../training/comparisons.ts';
import { baseline, methodOf } from '../training/methods.ts';
import { errors, lossCurves } from '../training/plots.ts';
import * as plots from './plots.ts';
import type { MethodResult, Results } from './results.ts';
import { words } from './words.ts';

/** The paper's Table 1 for CelebA: error in %, maximal F1, speed. */
const published: Readonly<Record<string, string>> = {
  baseline: '8.71 / 29.35 / 1.00',
  clipped: '8.70 / 29.34 / 1.00',
  penalty: '8.63 / 29.43 / 0.35',
  mgda: '10.82 / 26.00 / 0.25',
  pcgrad: '8.72 / 29.25 / 0.20',
  gradNorm: '8.68 / 29.32 / 0.41',
  randomGradDrop: '8.60 / 29.42 / 0.45',
  gradDrop: '8.52 / 29.57 / 0.45',
  gradNormGradDrop: '8.57 / 29.50 / –',
};

export const columns = ['method', 'rate', 'error %', 'max F1 %', 'p (error)', 'speed', 'the paper, CelebA'];

const percent = (values: readonly number[]): string => {
  const { mean, sd } = meanSd(values);
  return `${(100 * mean).toFixed(2)} ± ${(100 * sd).toFixed(2)}`;
};

const cells = (m: MethodResult, { comparisons, speeds, settings }: Results): string[] => {
  const against = comparisons.find((c) => c.method === m.method && c.against === baseline && c.measure === 'error');
  const speed = speeds.find((s) => s.method === m.method && !s.reading);
  const edge = m.rate === settings.rates[0] || m.rate === settings.rates.at(-1) ? '*' : '';
  return [
    m.method,
    `${m.rate}${edge}${m.decay > 0 ? `, decay ${m.decay}` : ''}`,
    percent(m.scores.map((s) => s.error)),
    percent(m.scores.map((s) => s.maxF1)),
    against ? (against.p < 0.001 ? '< 0.001' : against.p.toFixed(3)) : '',
    speed ? speed.relative.toFixed(2) : '',
    published[m.method] ?? '',
  ];
};

const legend = ({ settings: s, comparisons }: Results): string[] => [
  `Mean ± standard deviation over ${s.seeds} seeds, on ${s.examples.test} test examples after ${s.steps} steps of ${s.batch}. Error: the share of wrong ` +
    'answers at threshold ½. Max F1: over thresholds, of the mean over attributes of F1. p: the paired t-test of the error against the baseline’s, ' +
    'corrected after Holm.',
  `Rates: the best on ${s.examples.validation} validation examples after ${s.searchSteps} steps out of ${s.rates.join(', ')}; * the first or the last of these. ` +
    `Speed: the baseline’s time for a step of ${s.speedBatch} over the method’s.`,
  ...caution(s.seeds, comparisons.filter((c) => c.measure === 'error').length),
  'The paper’s numbers are those of another data set and network; they are there for the order of the methods.',
];

export const text = (results: Results): string =>
  [
    textTable(
      columns,
      results.methods.map((m) => cells(m, results)),
    ),
    legend(results).join('\n'),
    words(results).join('\n'),
  ].join('\n\n');

export const csv = ({ methods }: Results): string =>
  csvOf(
    ['method', 'rate', 'decay', 'seed', 'test loss', 'test error', 'test max F1'],
    methods.flatMap((m) => m.scores.map((s, i) => [m.method, m.rate, m.decay, i + 1, s.loss, s.error, s.maxF1])),
  );

const chosen = ({ settings: s, attributes }: Results): string[] => [
  s.data === null
    ? `The examples are made: cartoon faces of ${s.pixels} × ${s.pixels} pixels with ${attributes.length} attributes, ${s.examples.train} to train with.`
    : `The examples are CelebA’s, from ${s.data}: the middle squares at ${s.pixels} × ${s.pixels} pixels, ${s.examples.train} to train with.`,
  `Nine layers: convolutions 3 × 3 with ${s.network.widths.join(', ')} channels, the first in steps of two, halved after the second and the fourth, their mean, and two full layers with ` +
    `${s.network.features} numbers; each with batch normalisation and a ReLU. ${attributes.length} linear heads, one for each attribute, read lanes of the last layer, where ` +
    'the gradients are merged.',
  'Adam, with a decoupled decay for tunedSum; the rate rises over a fifth of the steps and falls to 0 along half a cosine. Runs of one seed have the same first weights and batches.',
  `Speed is measured in one thread after all trainings, in rounds that go through all methods: the ratio of the least times, of the processor where it computes, else on the wall.`,
  'The paper gives neither layers nor rates for CelebA, and no definition of its F1: this is a test of its claims, no repetition of its run.',
];

const own = (results: Results, names: readonly string[]): string[] =>
  names.filter((name) => results.methods.some((m) => m.method === name));

export const body = (results: Results): string =>
  [
    paragraphs(words(results)),
    '<h2>Table 1</h2>',
    table(
      columns,
      results.methods.map((m) => cells(m, results)),
    ),
    paragraphs(legend(results)),
    errors(results.methods),
    '<h2>Figure 3a: F1 over the threshold</h2>',
    plots.f1Curves(results, 'F1 curves'),
    '<h2>Figure 3b: GradDrop for the batch and for each example</h2>',
    plots.f1Curves(results, 'F1 curves, marginalisation', own(results, [baseline, 'gradDrop', 'gradDropEach'])),
    '<h2>Figure 3c: the share of gradients passed</h2>',
    '<p>The baseline is read only: what the masks would pass.</p>',
    plots.shares(results),
    plots.purities(results),
    plots.conflicts(results),
    '<h2>Training</h2>',
    lossCurves(results.methods),
    '<h2>Speed</h2>',
    table(
      ['method', 'median ms', 'least ms', 'relative'],
      results.speeds.map((s) => [
        `${s.method}${s.reading ? ', node read' : ''}`,
        String(s.median),
        String(s.least),
        s.relative.toFixed(2),
      ]),
    ),
    '<h2>Methods</h2>',
    list(results.methods.map((m) => `${m.method}: ${methodOf(m.method).text}.`)),
    '<h2>What was chosen here</h2>',
    list(chosen(results)),
    `<p>${escape(`Attributes: ${results.attributes.join(', ')}.`)}</p>`,
  ].join('\n');
