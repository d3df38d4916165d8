import { escape, list, page as pageOf, paragraphs, table } from '../report/html.ts';
import { bound } from './methods.ts';
import type { Results } from './experiment.ts';
import type { Claim } from './order.ts';
import { boxes, boxesByLandscape, curves, landscapes, search } from './plots.ts';
import { cells, claimCells, claimColumns, columns, legend, method } from './table.ts';

const chosen = [
  'The paper prints neither a and b of its sines nor learning rates, start points or a schedule, and defines iterative PCGrad in an appendix ' +
    'that could not be had. So this is no repetition of its run but a test of what it found: on many landscapes, from families of few and of many ' +
    'valleys, each method at the learning rate that suits it best.',
  'Five losses sin(a w + b) + 1, whose sum is to become small. a is uniform in the interval that names the family, b in (0, 2π). Starts are ' +
    'uniform, the same for all methods; draws are every run’s own. Each start is a problem of its own: nothing is summed, normalised or ' +
    'clipped across starts.',
];

const definitions = [
  'SGD: the sum of the gradients.',
  `SGD, clipped: that sum, cut to [−${bound}, ${bound}].`,
  'MGDA: the number nearest to 0 between the least and the greatest gradient, so 0 where signs differ (Désidéri 2012; Sener and Koltun 2018).',
  'PCGrad: in one dimension every conflict projects to 0, so it is the sum where all signs agree and 0 elsewhere (Yu et al. 2020).',
  'GradNorm: loss weights of each start’s own, α = 1, losses taken as at least 0.001 (Chen et al. 2018).',
  'Iterative PCGrad, by our definition: gradients are added to a running sum in random order, each first projected off that sum where it conflicts. ' +
    'In one dimension that keeps the gradients with the sign of the one that comes first.',
  'Random GradDrop: one sign is kept, either with probability ½ (k = 0). Its mean step is half of SGD’s.',
  'GradDrop: one sign is kept, the positive one with probability P, its share of the gradients’ size (k = 1).',
];

/**
 * Returns the report as one self-contained HTML page: no script, no network. `said` are the
 * conclusions.
 */
export function page(results: Results, claims: readonly Claim[], said: readonly string[]): string {
  const { settings: s, families } = results;
  const run =
    `Seed ${s.seed}, device ${s.device}, ${s.steps} steps, ${s.starts} starts on each of ${s.landscapes} landscapes in each of ` +
    `${families.length} families. The same seed gives the same numbers in results.json.`;
  const perFamily = families.map(
    (f) =>
      `<h3>${escape(f.name)}</h3>\n${table(
        columns,
        f.methods.map((m) => cells(m, s.rates)),
      )}\n${boxes(results, f)}`,
  );
  const body = `${paragraphs(['Figure 2 of Chen et al., “Just Pick a Sign: Optimizing Deep Multitask Models with Gradient Sign Dropout” (2020), run again with cotangent.', run])}
<h2>The paper’s order</h2>
${paragraphs(said)}
${table(claimColumns, claims.map(claimCells))}
${paragraphs([method(results)])}
<h2>Final losses</h2>
${paragraphs(legend(results))}
${perFamily.join('\n')}
<h2>Loss curves</h2>
${curves(results)}
<h2>Each landscape</h2>
${families.map((f) => `<h3>${escape(f.name)}</h3>\n${boxesByLandscape(results, f)}`).join('\n')}
${landscapes(results)}
<h2>The search for learning rates</h2>
${search(results)}
<h2>What was chosen here</h2>
${paragraphs(chosen)}
${list(definitions)}`;
  return pageOf('Five sines, eight methods', body);
}
