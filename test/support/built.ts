import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { inject } from 'vitest';
import { playgroundEnded, run } from './buildPackage.ts';
import { root } from './sources.ts';

/** Returns the folder of the built copy of the project. Throws if the build failed. */
export function builtFolder(): string {
  const { folder, error } = inject('built');
  if (error !== '') throw new Error(`the package must build, got\n${error}`);
  return folder;
}

/**
 * Waits until the playground of the copy is built, and returns its folder. Rejects if the build
 * failed.
 */
export async function builtPlayground(): Promise<string> {
  const folder = builtFolder();
  const ended = join(folder, playgroundEnded);
  while (!existsSync(ended)) await wait(200);
  const error = readFileSync(ended, 'utf8');
  if (error !== '') throw new Error(`the playground must build, got\n${error}`);
  return join(folder, 'examples/dist/playground');
}

/**
 * Packs the packages `names` of the workspace and unpacks them into the folder `modules`, beside
 * links to their dependencies.
 */
export function unpackInto(modules: string, ...names: readonly string[]): void {
  const packed = mkdtempSync(join(tmpdir(), 'cotangent-packed-'));
  run(builtFolder(), 'npm', 'pack', '--workspaces', '--silent', '--pack-destination', packed);
  for (const name of names) {
    const own = join(modules, name);
    mkdirSync(own, { recursive: true });
    const tarball = readdirSync(packed).find(
      (file) => file.startsWith(`${name}-`) && /-\d/.exec(file)?.index === name.length,
    )!;
    run(packed, 'tar', '-xzf', tarball, '-C', own, '--strip-components=1');
    const { dependencies = {} } = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8')) as {
      readonly dependencies?: Record<string, string>;
    };
    for (const dependency of Object.keys(dependencies)) {
      const link = join(modules, dependency);
      mkdirSync(dirname(link), { recursive: true });
      if (!existsSync(link)) symlinkSync(join(root, 'node_modules', dependency), link);
    }
  }
  rmSync(packed, { recursive: true });
}

/**
 * Returns the arguments with which Node runs a program of the built lab, such as `verify/main.ts`.
 */
export const labProgram = (main: string): string[] => [
  join(builtFolder(), 'examples/dist', main.replace(/\.ts$/, '.js')),
];
