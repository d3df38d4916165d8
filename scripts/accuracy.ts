/**
 * Writes the table of errors in docs/numerics.md: the largest errors of each function against
 * 192-bit arithmetic, on webasm in float32 and on reference in float64. `npm run accuracy` takes
 * some minutes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { setDevice } from '../src/index.ts';
import { float32, float64, measure } from '../src/testing/precise/measure.ts';
import { measured, tablePoints } from '../src/testing/precise/measured.ts';

const page = new URL('../docs/numerics.md', import.meta.url);
const rows = new Map<string, string[]>();
for (const [device, format] of [
  ['webasm', float32],
  ['reference', float64],
] as const) {
  await setDevice(device);
  for (const what of measured) {
    const worst = await measure(what, format, tablePoints);
    const cells = worst.map(({ error }) => error.toFixed(1));
    rows.set(what.name, [...(rows.get(what.name) ?? []), ...cells]);
    console.log(device, what.name, ...cells);
  }
}
const head = ['Function', 'float32: value', 'first', 'second', 'float64: value', 'first', 'second'];
const lines = [
  head,
  head.map((_, i) => (i === 0 ? '---' : '--:')),
  ...[...rows].map(([name, cells]) => [name, ...cells]),
];
const text = readFileSync(page, 'utf8');
const [before, rest] = text.split('<!-- accuracy -->\n') as [string, string];
const after = rest.slice(rest.indexOf('<!-- /accuracy -->'));
writeFileSync(page, `${before}<!-- accuracy -->\n\n${lines.map((l) => `| ${l.join(' | ')} |`).join('\n')}\n\n${after}`);
process.exit(0);
