import * as Plot from '@observablehq/plot';
import { list, paragraphs, plain, table, type TableText } from '../report/html.ts';
import { interval } from '../report/paired.ts';
import { svg } from '../report/svg.ts';
import { textTable } from '../report/textTable.ts';
import { isBest } from '../training/comparisons.ts';
import { baseline, methodOf } from '../training/methods.ts';
import { courseLegend, courses, errorByRate, errors, lossCurves, rateLegend, short } from '../training/plots.ts';
import { budget } from '../training/protocol.ts';
import { seedWords } from '../training/standing.ts';
import { meanText, pairs, rateText, scoreCell, scoresCsv, valuesOf } from '../training/tables.ts';
import { alone, standard } from './methods.ts';
import type { VariantResult, Results } from './results.ts';
import { byLeak, measures, words } from './words.ts';

const columns = ['method', 'rate', 'error', 'loss'];
const leakColumns = ['leak of the source', 'rate', 'error', 'loss'];

const cells = (m: VariantResult, { comparisons, methods }: Results): TableText[] => [
  m.method,
  rateText(m.search),
  scoreCell(m, comparisons, measures.error, methods.length),
  scoreCell(m, comparisons, measures.loss, methods.length),
];

const leakRows = ({ leaks, comparisons }: Results): TableText[][] =>
  leaks.map((m) => {
    const best = isBest(comparisons, m.method, byLeak, leaks.length);
    const error = meanText(valuesOf(m, 'error'), byLeak.format);
    const loss = meanText(valuesOf(m, 'loss'), measures.loss.format);
    return [String(m.leak), rateText(m.search), best ? { strong: error } : error, loss];
  });

const legend = ({ settings: s, methods, standing }: Results): string[] => [
  `Mean with its 95 % interval over ${s.seeds} seeds, on ${s.examples.test} test examples of the target after ${s.steps} steps of ` +
    `${s.batch.source} source and ${s.batch.target} target examples.`,
  ...budget(
    s,
    methods.map((m) => m.search),
  ),
  ...seedWords(s, s.methods.length, standing),
];

export const text = (results: Results): string =>
  [
    textTable(
      columns,
      results.methods.map((m) => cells(m, results).map(plain)),
    ),
    ...(results.leaks.length > 0
      ? [
          textTable(
            leakColumns,
            leakRows(results).map((row) => row.map(plain)),
          ),
        ]
      : []),
    legend(results).join('\n'),
    words(results).join('\n'),
  ].join('\n\n');

export const csv = ({ methods, leaks }: Results): string =>
  scoresCsv(
    [...methods, ...leaks.filter((l) => l.leak !== standard)],
    [
      ['loss', 'test loss'],
      ['error', 'test error'],
    ],
  );

function leakPlot({ leaks }: Results): string {
  const points = leaks.flatMap((l) => l.scores.map((s) => ({ leak: l.leak, error: short(100 * s.error) })));
  const means = leaks.map((l) => {
    const { mean, half } = interval(l.scores.map((s) => 100 * s.error));
    const reach = Number.isFinite(half) ? half : 0;
    return { leak: l.leak, error: short(mean), low: short(mean - reach), high: short(mean + reach) };
  });
  return svg('Error by leak', {
    height: 320,
    x: { label: 'leak of the source' },
    y: { label: 'test error, %', grid: true },
    marks: [
      Plot.areaY(means, { x: 'leak', y1: 'low', y2: 'high', fill: '#e0322b', fillOpacity: 0.2 }),
      Plot.line(means, { x: 'leak', y: 'error', stroke: '#e0322b', strokeWidth: 2 }),
      Plot.dot(points, { x: 'leak', y: 'error', stroke: '#4269d0', strokeOpacity: 0.5 }),
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
    'Runs of one seed have the same first weights and batches. Each leak has its own rate, chosen as for the methods.',
];

export const body = (results: Results): string =>
  [
    paragraphs(words(results)),
    '<h2>Errors, as in Table 2 of the paper</h2>',
    table(
      columns,
      results.methods.map((m) => cells(m, results)),
    ),
    paragraphs(legend(results)),
    errors(results.methods),
    pairs(results.comparisons, measures.error),
    pairs(results.comparisons, measures.loss),
    '<h2>How rates were chosen</h2>',
    rateLegend,
    errorByRate([...results.methods, ...results.leaks.filter((l) => l.leak !== standard)]),
    ...(results.leaks.length > 0
      ? [
          '<h2>How much of the source passes in any case, as in Figure 4 of the paper</h2>',
          table(leakColumns, leakRows(results)),
          '<p>The line and its band: the mean and its 95 % interval; dots: seeds.</p>',
          leakPlot(results),
          pairs(results.comparisons, byLeak),
        ]
      : []),
    '<h2>Training</h2>',
    courseLegend(results.settings.watch),
    courses(results.methods, baseline),
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
