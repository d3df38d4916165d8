import * as Plot from '@observablehq/plot';
import { csvOf } from '../report/csv.ts';
import { list, paragraphs, table } from '../report/html.ts';
import { meanSd } from '../report/paired.ts';
import { svg } from '../report/svg.ts';
import { textTable } from '../report/textTable.ts';
import { caution } from '../training/comparisons.ts';
import { baseline, methodOf } from '../training/methods.ts';
import { errors, lossCurves, short } from '../training/plots.ts';
import { chance } from '../training/told.ts';
import { alone } from './methods.ts';
import type { Results } from './results.ts';
import { words } from './words.ts';

/** The paper's Table 2, ImageNet to CIFAR-100: top-1 error in %, loss. */
const published: Readonly<Record<string, string>> = {
  targetOnly: '33.6 / 1.52',
  baseline: '29.8 / 1.22',
  clipped: '29.4 / 1.22',
  penalty: '30.6 / 1.28',
  mgda: '29.7 / 1.17',
  gradNorm: '29.4 / 1.11',
  gradDrop: '29.1 / 1.08',
  gradNormRandom: '29.8 / 1.04',
  gradNormGradDrop: '28.9 / 1.01',
};

const columns = ['method', 'rate', 'error %', 'loss', 'p (error)', 'the paper, CIFAR-100'];
const leakColumns = ['leak of the source', 'error %', 'loss', 'p (error) against leak 1'];

const spread = (values: readonly number[], scale: number, digits: number): string => {
  const { mean, sd } = meanSd(values);
  return `${(scale * mean).toFixed(digits)} ± ${(scale * sd).toFixed(digits)}`;
};

const scoreCells = (scores: readonly { readonly error: number; readonly loss: number }[]): string[] => [
  spread(
    scores.map((s) => s.error),
    100,
    2,
  ),
  spread(
    scores.map((s) => s.loss),
    1,
    3,
  ),
];

const rows = ({ methods, comparisons, settings }: Results): string[][] =>
  methods.map((m) => {
    const against = comparisons.find((c) => c.method === m.method && c.against === baseline && c.measure === 'error');
    const edge = m.rate === settings.rates[0] || m.rate === settings.rates.at(-1) ? '*' : '';
    return [
      m.method,
      `${m.rate}${edge}${m.decay > 0 ? `, decay ${m.decay}` : ''}`,
      ...scoreCells(m.scores),
      against ? chance(against.p).replace('p = ', '') : '',
      published[m.method] ?? '',
    ];
  });

const leakRows = ({ leaks, comparisons }: Results): string[][] =>
  leaks.map((l) => {
    const against = comparisons.find((c) => c.measure === 'error by leak' && c.method === `leak ${l.leak}`);
    return [String(l.leak), ...scoreCells(l.scores), against ? chance(against.p).replace('p = ', '') : ''];
  });

const legend = ({ settings: s, comparisons }: Results): string[] => [
  `Mean ± standard deviation over ${s.seeds} seeds, on ${s.examples.test} test examples of the target after ${s.steps} steps of ` +
    `${s.batch.source} source and ${s.batch.target} target examples. p: the paired t-test of the error against the mixed batch (baseline), corrected after Holm.`,
  `Rates: the best on ${s.examples.validation} validation examples after ${s.searchSteps} steps out of ${s.rates.join(', ')}; * the first or the last of these.`,
  ...caution(s.seeds, comparisons.filter((c) => c.measure === 'error').length),
  'The paper’s numbers are those of other data and another network; they are there for the order of the methods.',
];

export const text = (results: Results): string =>
  [
    textTable(columns, rows(results)),
    ...(results.leaks.length > 0 ? [textTable(leakColumns, leakRows(results))] : []),
    legend(results).join('\n'),
    words(results).join('\n'),
  ].join('\n\n');

export const csv = ({ methods, leaks }: Results): string =>
  csvOf(
    ['method', 'leak', 'rate', 'decay', 'seed', 'test loss', 'test error'],
    [
      ...methods.flatMap((m) => m.scores.map((s, i) => [m.method, '', m.rate, m.decay, i + 1, s.loss, s.error])),
      ...leaks.flatMap((l) => l.scores.map((s, i) => ['gradDrop', l.leak, '', '', i + 1, s.loss, s.error])),
    ],
  );

function leakPlot({ leaks }: Results): string {
  const points = leaks.flatMap((l) => l.scores.map((s) => ({ leak: l.leak, error: short(100 * s.error) })));
  const means = leaks.map((l) => ({ leak: l.leak, error: short(100 * meanSd(l.scores.map((s) => s.error)).mean) }));
  return svg('Error by leak', {
    height: 320,
    x: { label: 'leak of the source' },
    y: { label: 'test error, %', grid: true },
    marks: [
      Plot.line(means, { x: 'leak', y: 'error', stroke: '#e0322b', strokeWidth: 2 }),
      Plot.dot(points, { x: 'leak', y: 'error', stroke: '#4269d0' }),
    ],
  });
}

const chosen = ({ settings: s }: Results): string[] => [
  s.data === null
    ? `The examples are made: things of an outline and a texture, ${s.pixels} × ${s.pixels} pixels. ${s.examples.source} of 50 source classes and ` +
      `${s.examples.target} of 10 other, target classes are trained with; both kinds have outlines and textures in common.`
    : `The examples are CIFAR’s, from ${s.data}: ${s.examples.source} of CIFAR-100 as the source and ${s.examples.target} of CIFAR-10 as the target.`,
  'The losses see different examples of one batch, so gradients are summed over the batch before their signs are counted. GradDrop’s leak is 1 for the source ' +
    'and 0 for the target in the table, as in the paper.',
  `${s.network.widths.length + 2} layers as in attributes: convolutions with ${s.network.widths.join(', ')} channels and two full layers with ${s.network.features} numbers. Adam; the rate rises over a fifth of the steps and falls to 0 along half a cosine. ` +
    'Runs of one seed have the same first weights and batches. The leaks are tried at the rate chosen for GradDrop.',
];

export const body = (results: Results): string =>
  [
    paragraphs(words(results)),
    '<h2>Table 2</h2>',
    table(columns, rows(results)),
    paragraphs(legend(results)),
    errors(results.methods),
    ...(results.leaks.length > 0
      ? [
          '<h2>Figure 4: how much of the source passes in any case</h2>',
          table(leakColumns, leakRows(results)),
          leakPlot(results),
        ]
      : []),
    '<h2>Training</h2>',
    '<p>The mean of the source’s and the target’s loss; of the target’s alone where there is no source.</p>',
    lossCurves(results.methods),
    '<h2>Methods</h2>',
    list(
      results.methods.map((m) =>
        m.method === alone ? `${alone}: the target’s examples only.` : `${m.method}: ${methodOf(m.method).text}.`,
      ),
    ),
    '<h2>What was chosen here</h2>',
    list(chosen(results)),
  ].join('\n');
