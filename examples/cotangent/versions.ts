import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The versions that a result depends on. */
export function versions(): Record<string, string> {
  const require = createRequire(import.meta.url);
  const versionOf = (path: string | URL): string =>
    (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
  return {
    cotangent: versionOf(require.resolve('cotangent/package.json')),
    'gpu.js': versionOf(require.resolve('gpu.js/package.json')),
    node: process.versions.node,
  };
}
