/**
 * `npm run runtimes` packs the package, installs it by npm into an empty folder, fetches the
 * runtimes from the registry, and runs test/runtimes/probe.js in each of them and in the browsers
 * of this machine. It prints the table of runtime × version × device. It fails if a number is
 * wrong, or if a cell differs from docs/runtimes.md; with --write it puts the table into that page.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { browsers } from '../test/runtimes/browsers.ts';
import type { Cells } from '../test/runtimes/cells.ts';
import { runInPage } from '../test/runtimes/page.ts';
import { fetched, runtimes } from '../test/runtimes/runtimes.ts';
import { documented, table, withTable, type Row } from '../test/runtimes/table.ts';
import { root } from '../test/support/sources.ts';

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false }, only: { type: 'string' } } });
const only = values.only?.toLowerCase();
const page = join(root, 'docs', 'runtimes.md');
const cache = join(root, 'node_modules', '.cache', 'runtimes');

const run = (folder: string, command: string, ...args: string[]): string =>
  execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Makes a project that has only the packed package, Dawn and the probe, and returns its folder. */
function installed(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cotangent-runtimes-'));
  run(root, 'npm', 'run', '--silent', 'build');
  const tarball = run(root, 'npm', 'pack', '--silent', '--pack-destination', folder).trim();
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  writeFileSync(join(folder, 'package.json'), '{ "name": "user", "private": true, "type": "module" }');
  const npm = ['install', '--ignore-scripts', '--no-audit', '--no-fund', `./${tarball}`];
  run(folder, 'npm', ...npm, `webgpu@${devDependencies.webgpu}`);
  copyFileSync(join(root, 'test', 'runtimes', 'probe.js'), join(folder, 'probe.js'));
  writeFileSync(
    join(folder, 'main.js'),
    `import { probe } from './probe.js';\nconsole.log('\\n' + JSON.stringify(await probe()));\nglobalThis.process?.exit(0);\n`,
  );
  return folder;
}

const versionOf = (text: string): string => /\d+(\.\d+)+/.exec(text)?.[0] ?? text.trim();
const wanted = (name: string): boolean => only === undefined || name.toLowerCase().includes(only);

const folder = installed();
const rows: Row[] = [];
try {
  for (const runtime of runtimes.filter(({ name }) => wanted(name))) {
    const program = fetched(cache, runtime);
    const output = run(folder, program, ...runtime.args, 'main.js');
    const cells = JSON.parse(output.trimEnd().split('\n').at(-1)!) as Cells;
    rows.push({ name: runtime.name, version: versionOf(run(folder, program, '--version')), cells });
  }
  for (const browser of browsers.filter(({ name }) => wanted(name))) {
    const cells = await runInPage(browser, folder);
    rows.push({ name: browser.name, version: versionOf(run(folder, browser.file, '--version')), cells });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const text = readFileSync(page, 'utf8');
const made = table(rows);
console.log(made);
const wrong = rows.flatMap(({ name, cells }) =>
  Object.entries(cells).flatMap(([column, cell]) => ('wrong' in cell ? [`${name}, ${column}: ${cell.wrong}`] : [])),
);
const told = documented(text);
const other = rows.flatMap(({ name, cells }) =>
  Object.entries(cells).flatMap(([column, cell]) => {
    const runs = 'runs' in cell;
    const said = told.get(`${name}, ${column}`);
    return said === runs
      ? []
      : [`${name}, ${column}: the page says ${said ? 'yes' : 'no'}, here it is ${runs ? 'yes' : 'no'}`];
  }),
);
if (values.write && wrong.length === 0) writeFileSync(page, withTable(text, made));
const faults = values.write ? wrong : [...wrong, ...other];
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
