import { execFile, execFileSync, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { root } from './sources.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A built copy of the project, for the tests of the packages that users get. */
    built: { readonly folder: string; readonly error: string };
  }
}

/**
 * Runs a command in a folder and returns its standard output. Throws unless it exits with 0; the
 * error contains everything that it printed.
 */
export function run(folder: string, command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`run: ${command} ${args.join(' ')} must exit with 0, got\n${stdout}${stderr}`, {
      cause: error,
    });
  }
}

/** Returns the path of an installed program. */
export const bin = (name: string): string => join(root, 'node_modules', '.bin', name);

/** The path of the compiler. Two packages bring a program of the name `tsc`. */
export const tsc = join(root, 'node_modules/typescript/bin/tsc');

/**
 * The file that says how the build of the playground ended: it is empty, or has the error. Other
 * tests run meanwhile.
 */
export const playgroundEnded = 'playground.ended';

/** Starts to build the playground. */
function buildPlayground(folder: string): ChildProcess {
  return execFile('npm', ['run', '--silent', 'playground:build'], { cwd: folder }, (error, stdout, stderr) => {
    const file = join(folder, playgroundEnded);
    writeFileSync(`${file}.new`, error ? `${error.message}\n${stdout}${stderr}` : '');
    renameSync(`${file}.new`, file);
  });
}

/**
 * Builds the package once for all tests that need it, in a copy, so that the working tree's `dist`
 * is not touched. The tests get the copy's folder, or the error of the build. Returns a function
 * that removes the copy.
 */
export function setup(project: TestProject): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cotangent-built-'));
  const files = [
    'package.json',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'README.md',
    'LICENSE',
    'docs',
    'kernels',
    'src',
    'examples',
    'scripts',
    'tsconfig.base.json',
    'tsconfig.build.json',
    'vite.config.ts',
  ];
  for (const file of files)
    cpSync(join(root, file), join(folder, file), {
      recursive: true,
      filter: (path) => !/[\\/](dist|node_modules)$/.test(path),
    });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  // npm's links lead to the working tree; in the copy, the lab must import the copy's engine.
  mkdirSync(join(folder, 'examples', 'node_modules'));
  symlinkSync(folder, join(folder, 'examples', 'node_modules', 'cotangent'));
  writeFileSync(join(folder, '.npmrc'), 'ignore-scripts=true\n');
  let building: ChildProcess | undefined;
  try {
    run(folder, 'npm', 'run', '--silent', 'build');
    building = buildPlayground(folder);
    project.provide('built', { folder, error: '' });
  } catch (error) {
    project.provide('built', { folder, error: (error as Error).message });
  }
  return async () => {
    if (building && building.exitCode === null) await new Promise((done) => building.once('exit', done));
    rmSync(folder, { recursive: true, force: true });
  };
}
