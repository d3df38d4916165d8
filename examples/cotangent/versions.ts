import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

interface Manifest {
  readonly version: string;
  /** gpu.js is built into the engine, which names here the version that it was built with. */
  readonly devDependencies: { readonly 'gpu.js': string };
}

/** The versions that a result depends on. */
export function versions(): Record<string, string> {
  const file = createRequire(import.meta.url).resolve('cotangent/package.json');
  const { version, devDependencies } = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  return { cotangent: version, 'gpu.js': devDependencies['gpu.js'], node: process.versions.node };
}
