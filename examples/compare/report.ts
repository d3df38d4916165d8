import { escape, list, paragraphs, plain, table, type TableText } from '../report/html.ts';
import { textTable } from '../report/textTable.ts';
import type { Comparison } from '../training/comparisons.ts';
import type { MethodResult } from '../training/methodResult.ts';
import type { Method } from '../training/methods.ts';
import { courseLegend, courses, errorByRate, errors, lossCurves, rateLegend } from '../training/plots.ts';
import { budget } from '../training/protocol.ts';
import { reserved, seedWords, type Standing } from '../training/standing.ts';
import { pairs, rateText, scoreCell, scoresCsv } from '../training/tables.ts';
import { beside, type Measure } from '../training/told.ts';
import type { Settings } from './comparison.ts';
import type { Score } from './evaluate.ts';

export interface Results {
  readonly format: 'cotangent-compare-1';
  readonly name: string;
  readonly settings: Settings;
  /** The names of the scores, the one that decides first. */
  readonly measures: readonly string[];
  readonly sizes: { readonly train: number; readonly validation: number; readonly test: number };
  readonly losses: readonly string[];
  readonly methods: readonly MethodResult<Score>[];
  readonly standing: Standing;
  readonly comparisons: readonly Comparison[];
}

/** Shows four digits, as the user's numbers may have any size. */
const format = (x: number): string => String(Number(x.toPrecision(4)));

const measuresOf = ({ measures }: Results): Measure[] =>
  measures.map((name) => ({ key: name, name, better: -1, format }));

const columnsOf = ({ measures }: Results): string[] => ['method', 'rate', ...measures];

const rows = (results: Results): TableText[][] =>
  results.methods.map((m) => [
    m.method,
    rateText(m.search),
    ...measuresOf(results).map((measure) => scoreCell(m, results.comparisons, measure, results.methods.length)),
  ]);

const legend = ({ settings: s, methods, standing, sizes, losses, measures }: Results): string[] => [
  `Mean with its 95 % interval over ${s.seeds} seed${s.seeds === 1 ? '' : 's'}, on ${sizes.test} test examples after ${s.steps} steps of ${s.batch}. ` +
    `Losses: ${losses.join(', ')}. Less is better; ${measures[0]} decides.`,
  ...budget(
    s,
    methods.map((m) => m.search),
  ),
  ...seedWords(s, methods.length, standing),
];

/** Returns the conclusions of a run, in sentences. */
export function words(results: Results): string[] {
  const [first] = measuresOf(results);
  return [
    ...reserved(results.standing),
    ...results.standing.compared.flatMap((name) => beside(results.comparisons, name, first!)),
  ];
}

export const text = (results: Results): string =>
  [
    textTable(
      columnsOf(results),
      rows(results).map((row) => row.map(plain)),
    ),
    legend(results).join('\n'),
    words(results).join('\n'),
  ].join('\n\n');

export const csv = ({ methods, measures }: Results): string =>
  scoresCsv(
    methods,
    measures.map((name) => [name, `test ${name}`] as const),
  );

/** Returns the page's body; `described` are the methods. */
export function body(results: Results, described: readonly Method[]): string {
  const { methods, settings: s, sizes, measures } = results;
  const axis = { scale: 1, label: measures[0]! };
  return [
    paragraphs(words(results)),
    '<h2>Errors</h2>',
    table(columnsOf(results), rows(results)),
    paragraphs(legend(results)),
    errors(methods, axis),
    ...measuresOf(results).map((measure) => pairs(results.comparisons, measure)),
    '<h2>How rates were chosen</h2>',
    rateLegend,
    errorByRate(methods, axis),
    '<h2>Training</h2>',
    courseLegend(s.watch),
    courses(methods, methods[0]!.method, axis),
    lossCurves(methods),
    '<h2>Methods</h2>',
    list(described.map((m) => `${m.name}: ${m.text}.`)),
    '<h2>What was trained</h2>',
    `<p>${escape(`${sizes.train} examples to train with, ${sizes.validation} to choose rates by, ${sizes.test} to compare by.`)} Adam; the rate rises over a fifth of the steps and falls to 0 along half a cosine. Runs of one seed have the same first weights and batches.</p>`,
  ].join('\n');
}
