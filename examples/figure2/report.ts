import { bound } from './methods.ts';
import type { Results } from './experiment.ts';
import type { Claim } from './order.ts';
import { boxes, boxesByLandscape, curves, landscapes, search } from './plots.ts';
import { cells, claimCells, claimColumns, columns, legend, method } from './table.ts';

const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);

const row = (tag: 'td' | 'th', texts: readonly string[]): string =>
  `<tr>${texts.map((t) => `<${tag}>${escape(t)}</${tag}>`).join('')}</tr>`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<table><thead>${row('th', head)}</thead><tbody>${rows.map((r) => row('td', r)).join('\n')}</tbody></table>`;

const paragraphs = (texts: readonly string[]): string => texts.map((t) => `<p>${escape(t)}</p>`).join('\n');

const style = `
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 1080px; margin: 2em auto; padding: 0 1em; color: #222; }
  table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 1em 0; }
  th, td { padding: 0.15em 0.8em; text-align: right; border-bottom: 1px solid #ddd; white-space: nowrap; }
  th:first-child, td:first-child { text-align: left; }
  figure, svg { margin: 0.5em 0; max-width: 100%; }
  h2 { margin-top: 2em; }`;

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

/** The report as one page that needs nothing else: no script, no network. */
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
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Figure 2: five sines, eight methods</title>
<style>${style}
</style>
</head>
<body>
<h1>Five sines, eight methods</h1>
${paragraphs(['Figure 2 of Chen et al., “Just Pick a Sign: Optimizing Deep Multitask Models with Gradient Sign Dropout” (2020), run again with cotangent.', run])}
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
<ul>${definitions.map((d) => `<li>${escape(d)}</li>`).join('\n')}</ul>
</body>
</html>
`;
}
