import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { WorkloadResult } from './measure.ts';
import type { Results } from './results.ts';
import { cells, columns, digits, legend, taking } from './table.ts';
import { libraries } from './workloads.ts';

const { document } = parseHTML('<!doctype html><html><body></body></html>');

const palette = ['#e0322b', '#4269d0', '#efb118', '#3ca951', '#9498a0'];

/** A bar for each library, with the half of its samples around the median. */
function bars({ name, libraries: measured }: WorkloadResult): string {
  const rows = measured.map(({ library, wall, cpu }) => ({
    library,
    ...wall,
    text: `${digits(wall.median)} (CPU ${digits(cpu.median)})`,
  }));
  const plot = Plot.plot({
    document: document as unknown as Document,
    width: 760,
    height: 50 + 22 * rows.length,
    marginLeft: 90,
    marginRight: 130,
    style: { fontSize: '11px' },
    ariaLabel: `Times of ${name}`,
    color: { domain: [...libraries], range: palette },
    x: { label: 'milliseconds a call', ticks: 5, zero: true },
    y: { label: null, domain: measured.map(({ library }) => library) },
    marks: [
      Plot.barX(rows, { x: 'median', y: 'library', fill: 'library' }),
      Plot.ruleY(rows, { x1: 'lower', x2: 'upper', y: 'library', stroke: '#222', strokeWidth: 1.5 }),
      Plot.text(rows, { x: 'upper', y: 'library', text: 'text', textAnchor: 'start', dx: 6 }),
    ],
  });
  return (plot as unknown as Element).outerHTML;
}

const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);

const row = (tag: 'td' | 'th', texts: readonly string[]): string =>
  `<tr>${texts.map((t) => `<${tag}>${escape(t)}</${tag}>`).join('')}</tr>`;

const style = `
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 1360px; margin: 2em auto; padding: 0 1em; color: #222; }
  table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 13px; }
  th, td { padding: 0.15em 0.6em; text-align: right; border-bottom: 1px solid #ddd; white-space: nowrap; }
  th:nth-child(-n + 2), td:nth-child(-n + 2) { text-align: left; }
  svg { max-width: 100%; }`;

const section = (w: WorkloadResult): string => {
  const notes = [
    ...Object.entries(w.missing).map(([library, reason]) => `Without ${library}: ${reason}.`),
    ...w.libraries.map(({ library, first }) => `First call of ${library}: ${digits(first)} ms.`),
  ];
  return `<h2>${escape(`${w.group} ${w.name}`)}</h2>\n${bars(w)}\n<p>${escape(notes.join(' '))}</p>`;
};

/** The report as one page that needs nothing else: no script, no network. */
export function page(results: Results): string {
  const names = taking(results.workloads);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Speed of cotangent and its peers</title>
<style>${style}
</style>
</head>
<body>
<h1>Speed</h1>
${legend(results)
  .map((text) => `<p>${escape(text)}</p>`)
  .join('\n')}
<table><thead>${row('th', columns(names))}</thead><tbody>
${results.workloads.map((w) => row('td', cells(w, names))).join('\n')}
</tbody></table>
${results.workloads.map(section).join('\n')}
</body>
</html>
`;
}
