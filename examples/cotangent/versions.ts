import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

interface Manifest {
  readonly version: string;
  /** gpu.js is bundled into the engine, whose manifest names its version here. */
  readonly devDependencies: { readonly 'gpu.js': string };
}

/** Returns the versions on which a result depends: of cotangent, gpu.js and Node. */
export function versions(): Record<string, string> {
  const file = createRequire(import.meta.url).resolve('cotangent/package.json');
  const { version, devDependencies } = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  return { cotangent: version, 'gpu.js': devDependencies['gpu.js'], node: process.versions.node };
}
