// Serves the playground, and builds first what is missing or older than its sources. The arguments
// are those of `cotangent playground`: --port, --open.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The time of a file's last change, or 0 if there is none. */
const changed = (path: string): number => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** The time of the last change below folders, built files and installed packages left out. */
const lastChange = (...folders: readonly string[]): number =>
  Math.max(
    ...folders.flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((path) => /\.\w+$/.test(path) && !/(^|[\\/])(dist|node_modules)[\\/]/.test(path))
        .map((path) => changed(join(folder, path))),
    ),
  );

function npmRun(script: string): void {
  console.log(`npm run ${script}`);
  const { status } = spawnSync('npm', ['run', '--silent', script], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}

const program = 'examples/dist/cotangent/main.js';
const page = 'examples/dist/playground/playground.html';
const sources = lastChange('kernels', 'src', 'examples/cotangent', 'examples/report');
if (Math.min(changed('dist/browser/cotangent.js'), changed(program)) < sources) npmRun('build');
// The page shows formulas of the documentation, and the numbered programs.
const shown = Math.max(
  lastChange('examples/playground', 'docs'),
  ...readdirSync(join(root, 'examples')).map((file) => (file.endsWith('.ts') ? changed(join('examples', file)) : 0)),
);
if (changed(page) < Math.max(shown, changed('dist/browser/cotangent.js'))) npmRun('playground:build');

const child = spawn(process.execPath, [join(root, program), 'playground', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 0));
