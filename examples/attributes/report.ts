import { escape, list, paragraphs, plain, table, type TableText } from '../report/html.ts';
import { textTable } from '../report/textTable.ts';
import { baseline, methodOf } from '../training/methods.ts';
import { courseLegend, courses, errorByRate, errors, lossCurves, rateLegend } from '../training/plots.ts';
import { budget } from '../training/protocol.ts';
import { ratioText } from '../training/speedWords.ts';
import { seedWords } from '../training/standing.ts';
import { pairs, rateText, scoreCell, scoresCsv } from '../training/tables.ts';
import * as plots from './plots.ts';
import type { ReadResult, Results } from './results.ts';
import { measures, words } from './words.ts';

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

/** The paper's numbers stand beside those of its data set, never beside made faces. */
const columnsOf = ({ settings }: Results): string[] => [
  'method',
  'rate',
  'error',
  'max F1',
  'speed',
  ...(settings.data === null ? [] : ['the paper, CelebA']),
];

const cells = (m: ReadResult, { comparisons, speeds, settings, methods }: Results): TableText[] => {
  const speed = speeds.find((s) => s.method === m.method && !s.reading);
  return [
    m.method,
    rateText(m.search),
    scoreCell(m, comparisons, measures.error, methods.length),
    scoreCell(m, comparisons, measures.maxF1, methods.length),
    speed ? ratioText(speed) : '',
    ...(settings.data === null ? [] : [published[m.method] ?? '']),
  ];
};

const legend = ({ settings: s, methods, standing }: Results): string[] => [
  `Mean with its 95 % interval over ${s.seeds} seeds, on ${s.examples.test} test examples after ${s.steps} steps of ${s.batch}. Error: the share of wrong ` +
    'answers at threshold ½. Max F1: over thresholds, of the mean over attributes of F1. Speed: the baseline’s time for a step of ' +
    `${s.speedBatch} over the method’s in the same round, median and quartiles.`,
  ...budget(
    s,
    methods.map((m) => m.search),
  ),
  ...seedWords(s, s.methods.length, standing),
  ...(s.data === null ? [] : ['The paper’s numbers are those of another network, which it does not describe in full.']),
];

export const text = (results: Results): string =>
  [
    textTable(
      columnsOf(results),
      results.methods.map((m) => cells(m, results).map(plain)),
    ),
    legend(results).join('\n'),
    words(results).join('\n'),
  ].join('\n\n');

export const csv = ({ methods }: Results): string =>
  scoresCsv(methods, [
    ['loss', 'test loss'],
    ['error', 'test error'],
    ['maxF1', 'test max F1'],
  ]);

const chosen = ({ settings: s, attributes }: Results): string[] => [
  s.data === null
    ? `The examples are made: cartoon faces of ${s.pixels} × ${s.pixels} pixels with ${attributes.length} attributes, ${s.examples.train} to train with.`
    : `The examples are CelebA’s, from ${s.data}: the middle squares at ${s.pixels} × ${s.pixels} pixels, ${s.examples.train} to train with.`,
  `Nine layers: convolutions 3 × 3 with ${s.network.widths.join(', ')} channels, the first in steps of two, halved after the second and the fourth, their mean, and two full layers with ` +
    `${s.network.features} numbers; each with batch normalisation and a ReLU. ${attributes.length} linear heads, one for each attribute, read lanes of the last layer, where ` +
    'the gradients are merged.',
  'Adam, with a decoupled decay for tunedSum; the rate rises over a fifth of the steps and falls to 0 along half a cosine. Runs of one seed have the same first weights and batches.',
  `Speed is measured in one thread after all trainings, in rounds that go through all methods: times are compared within a round, of the processor where it computes, else on the wall.`,
  'The paper gives neither layers nor rates for CelebA, and no definition of its F1: this is a test of its claims, no repetition of its run.',
];

const own = (results: Results, names: readonly string[]): string[] =>
  names.filter((name) => results.methods.some((m) => m.method === name));

export const body = (results: Results): string =>
  [
    paragraphs(words(results)),
    '<h2>Errors, as in Table 1 of the paper</h2>',
    table(
      columnsOf(results),
      results.methods.map((m) => cells(m, results)),
    ),
    paragraphs(legend(results)),
    errors(results.methods),
    pairs(results.comparisons, measures.error),
    pairs(results.comparisons, measures.maxF1),
    '<h2>How rates were chosen</h2>',
    rateLegend,
    errorByRate(results.methods),
    '<h2>F1 over the threshold, as in Figure 3a</h2>',
    plots.f1Curves(results, 'F1 curves'),
    '<h2>GradDrop for the batch and for each example, as in Figure 3b</h2>',
    plots.f1Curves(results, 'F1 curves, marginalisation', own(results, [baseline, 'gradDrop', 'gradDropEach'])),
    '<h2>The share of gradients passed, as in Figure 3c</h2>',
    '<p>In the run of the first seed. The baseline is read only: what the masks would pass.</p>',
    plots.shares(results),
    plots.purities(results),
    plots.conflicts(results),
    '<h2>Training</h2>',
    courseLegend(results.settings.watch),
    courses(results.methods, baseline),
    lossCurves(results.methods),
    '<h2>Speed</h2>',
    table(
      ['method', 'median ms', 'quartiles ms', 'relative, median and quartiles'],
      results.speeds.map((s) => [
        `${s.method}${s.reading ? ', node read' : ''}`,
        String(s.median),
        s.quartiles.join(' to '),
        ratioText(s),
      ]),
    ),
    '<h2>Methods</h2>',
    list(results.methods.map((m) => `${m.method}: ${methodOf(m.method).text}.`)),
    '<h2>What was chosen here</h2>',
    list(chosen(results)),
    `<p>${escape(`Attributes: ${results.attributes.join(', ')}.`)}</p>`,
  ].join('\n');
