import { csvOf } from '../report/csv.ts';
import { escape, list, paragraphs, table } from '../report/html.ts';
import { textTable } from '../report/textTable.ts';
import { near } from './near.ts';
import { cosineMap, distances, ways } from './plots.ts';
import type { MethodCourse, ProblemResult, Results } from './results.ts';
import { reachedFrom, words } from './words.ts';

const digits = (x: number): string =>
  (Math.abs(x) < 1e5 ? x.toFixed(2) : x.toExponential(1)).replace(/^-(0\.0*)$/, '$1');
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

const columnsOf = ({ starts }: ProblemResult): string[] => [
  'method',
  'rate',
  'at the front',
  ...starts.map(([x, y]) => `from (${x}, ${y})`),
];

/** Returns for each start the mean losses at the end points, and their distance from the front. */
const cells = (m: MethodCourse): string[] => [
  m.method,
  String(Number(m.rate.toPrecision(4))),
  `${Math.round(100 * m.reached)} %`,
  ...m.ends.map((ends, s) => {
    const level = digits(mean(ends.map((e) => mean(e.losses))));
    const share = reachedFrom(m, s);
    const mark =
      share === 1
        ? '✓'
        : share === 0
          ? `${digits(mean(ends.map((e) => e.distance)))} off`
          : `✓ ${Math.round(100 * share)} %`;
    return `${level}  ${mark}`;
  }),
];

const legend =
  `From each start: the mean of the two losses at the end; ✓ where the run ends within ${near} of the Pareto front, else its ` +
  'distance, on average over the draws of a method that draws.';

const heading = (p: ProblemResult): string => `${p.name} (${p.source}; ${p.optimizer}, ${p.methods[0]!.steps} steps)`;

/** Returns the runs as CSV, one line each. */
export const csv = ({ problems }: Results): string =>
  csvOf(
    [
      'problem',
      'method',
      'rate',
      'steps',
      'start x',
      'start y',
      'draw',
      'end x',
      'end y',
      'loss 1',
      'loss 2',
      'distance',
    ],
    problems.flatMap((p) =>
      p.methods.flatMap((m) =>
        m.ends.flatMap((ends, s) =>
          ends.map((e, d) => [p.name, m.method, m.rate, m.steps, ...p.starts[s]!, d, ...e.x, ...e.losses, e.distance]),
        ),
      ),
    ),
  );

export const text = ({ problems }: Results): string =>
  [
    ...problems.map((p) => `${heading(p)}\n${textTable(columnsOf(p), p.methods.map(cells))}`),
    legend,
    words(problems).join('\n'),
  ].join('\n\n');

const chosen = ({ settings: s }: Results): string[] => [
  `Methods that draw are run ${s.draws} times from each start; the pictures show the first of these.`,
  'The toys are trained as their authors do, by Adam at rate 0.001.',
  'CAGrad has c = 0.5, FairGrad α = 1; PCGrad and GradDrop give sums, not means, which Adam does not notice. Rates on the bowls are TorchJD’s, ' +
    '1 times the base rate for methods that it does not have.',
  'In the toy’s upper valleys the two gradients are opposed to within the rounding of float32. A rule that lives off what is left of them, as CAGrad ' +
    'does, gets through there only with --device reference, in float64.',
  'The toy’s front is where w f₁ + (1 − w) f₂ is least for some w, found by bisection; that of the bowls is in closed form. EWQ’s is a single point.',
];

export const body = (results: Results): string =>
  [
    paragraphs(words(results.problems)),
    paragraphs([legend]),
    ...results.problems.map(
      (p) =>
        `<h2>${escape(heading(p))}</h2>\n${table(columnsOf(p), p.methods.map(cells))}\n${ways(p)}\n` +
        `<p>Blue: the way; circle: its start; red: its end; green: the front.</p>\n${distances(p)}\n${cosineMap(p)}`,
    ),
    '<h2>What was chosen here</h2>',
    list(chosen(results)),
  ].join('\n');
