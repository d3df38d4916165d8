// Writes the numbers and figures of docs/performance.md from the results of the three other
// commands.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { memorySweeps } from './show/curveRows.ts';
import { costFigure, memoryFigure } from './show/figures.ts';
import type { Results } from './results.ts';
import { filled, sections } from './show/sections.ts';

const commands = { node: 'bench', browser: 'bench:browser', curves: 'bench:curves' };
const page = 'docs/performance.md';

function read(name: keyof typeof commands): Results {
  const path = `out/bench/${name}.json`;
  if (!existsSync(path)) throw new Error(`bench:page: ${path} must be there, which npm run ${commands[name]} writes`);
  return JSON.parse(readFileSync(path, 'utf8')) as Results;
}

const runs = { node: read('node'), browser: read('browser'), curves: read('curves') };
const { sweeps } = runs.curves.curves!;
const text = filled(readFileSync(page, 'utf8'), sections(runs));
writeFileSync(page, await format(text, { ...(await resolveConfig(page)), filepath: page }));
for (const swept of sweeps) writeFileSync(`docs/performance-${swept.name}.svg`, `${costFigure(swept)}\n`);
for (const swept of memorySweeps(runs.curves.curves!))
  writeFileSync(`docs/performance-memory-${swept.name}.svg`, `${memoryFigure(swept)}\n`);
