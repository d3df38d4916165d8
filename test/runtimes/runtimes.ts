import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Runtime {
  readonly name: string;
  /** The package of the registry that carries its program for this machine, and where in it. */
  readonly spec: string;
  readonly file: string;
  readonly args: readonly string[];
}

const system = process.platform === 'win32' ? 'win' : process.platform;
const node = (line: number): Runtime => ({
  name: `Node ${line}`,
  spec: `node-${system}-${process.arch}@${line}`,
  file: `node-${system}-${process.arch}/bin/node`,
  args: [],
});
const denoPackage = `@deno/${process.platform}-${process.arch}${process.platform === 'linux' ? '-glibc' : ''}`;
const bunPackage = `@oven/bun-${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`;

/** The oldest Node that is supported, each later line with long support, and the two others. */
export const runtimes: readonly Runtime[] = [
  node(20),
  node(22),
  node(24),
  node(26),
  { name: 'Deno', spec: denoPackage, file: `${denoPackage}/deno`, args: ['run', '--allow-all'] },
  { name: 'Bun', spec: bunPackage, file: `${bunPackage}/bin/bun`, args: ['run'] },
];

/**
 * The program of a runtime, fetched from the registry into a folder of its own below `cache` if it
 * is not there yet.
 */
export function fetched(cache: string, { name, spec, file }: Runtime): string {
  const folder = join(cache, name.replace(' ', '-').toLowerCase());
  const program = join(folder, 'node_modules', file);
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    const npm = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', spec];
    execFileSync('npm', npm, { cwd: folder, stdio: 'pipe' });
  }
  return program;
}
