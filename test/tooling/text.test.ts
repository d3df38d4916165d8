import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { filesBelow, root, textOf } from '../support/sources.ts';

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)) && !/\.(png|jpg|gif|ico|gz|bin)$/.test(path));

test('no committed file names a path of one machine', () => {
  const machinePath = /\/(?:work|root|home|Users)\/[a-z]|[A-Z]:\\\\?Users/;
  expect(tracked.filter((path) => machinePath.test(textOf(path)))).toEqual([]);
});

test('no committed file names a package registry host', () => {
  const registry = /registry\.[a-z]+\.[a-z]|\/\/[a-z0-9.-]*(?:artifactory|nexus|verdaccio|codeartifact)/i;
  expect(tracked.filter((path) => registry.test(textOf(path)))).toEqual([]);
});

test('no file holds unfinished work', () => {
  const marks = /\b(?:TO[D]O|FIX[M]E)\b/;
  expect(tracked.filter((path) => path !== 'package-lock.json' && marks.test(textOf(path)))).toEqual([]);
});

test('comments and prose end at column 100', () => {
  // What is indented by four is code.
  const comment = /^\s*(?:\/\*|\*|\/\/)(?! {4})/;
  const isProse = (path: string, line: string): boolean =>
    path.endsWith('.md') ? !/^ {4}|^\s*\||https?:/.test(line) : comment.test(line) && !/oxlint-|https?:/.test(line);
  const wide = tracked
    .filter((path) => /\.(?:tsx?|js|md)$/.test(path))
    .flatMap((path) => {
      // What stands between fences in a page is code.
      const text = path.endsWith('.md') ? textOf(path).replaceAll(/^ *```[^]*?^ *```$/gm, '') : textOf(path);
      return text.split('\n').flatMap((line) => (line.length > 100 && isProse(path, line) ? [`${path}: ${line}`] : []));
    });
  expect(wide).toEqual([]);
});

interface Manifest {
  readonly version: string;
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
}
const manifests = ['package.json', 'examples/package.json'].map((path) => JSON.parse(textOf(path)) as Manifest);
const [engine, lab] = manifests as [Manifest, Manifest];
const dependencies = manifests.flatMap((manifest) =>
  Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }),
);

test('every dependency is pinned to an exact version', () => {
  expect(dependencies.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test('a peer may be newer than the one that is tested, within what its version promises', () => {
  const tested = Object.keys(engine.peerDependencies).map((name) => [name, `^${engine.devDependencies[name]}`]);
  expect(Object.entries(engine.peerDependencies)).toEqual(tested);
});

test('the lab asks for the engine of its own version, and for the tsx that is tested', () => {
  const tested = { cotangent: engine.version, tsx: `^${engine.devDependencies.tsx}` };
  expect([lab.version, lab.peerDependencies]).toEqual([engine.version, tested]);
});

test('the lock file lists the packages of every platform, so that npm ci works on each', () => {
  type Locked = Record<string, { readonly optionalDependencies?: Record<string, string> }>;
  const { packages } = JSON.parse(textOf('package-lock.json')) as { packages: Locked };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
    ),
  );
  expect(missing).toEqual([]);
});

test('the changes and the citation know the version, and the README the file that is packed', () => {
  expect(textOf('CHANGELOG.md')).toContain(`\n## ${engine.version}\n`);
  expect(textOf('CITATION.cff')).toContain(`\nversion: ${engine.version}\n`);
  expect(textOf('README.md')).toContain(`cotangent-${engine.version}.tgz`);
});

test("the README's page without a bundler imports the file that bundlers find", () => {
  const { exports } = JSON.parse(textOf('package.json')) as { exports: Record<string, { browser: string }> };
  expect(textOf('README.md')).toContain(`"cotangent": "./node_modules/cotangent/${exports['.']!.browser.slice(2)}"`);
});

test('the reference has the entries of the package', () => {
  const { exports } = JSON.parse(textOf('package.json')) as { exports: Record<string, { types?: string }> };
  const { entryPoints } = JSON.parse(textOf('scripts/reference/typedoc.json')) as { entryPoints: string[] };
  const sources = Object.values(exports).flatMap(({ types }) =>
    types === undefined ? [] : [types.replace('./dist', '../..').replace('.d.ts', '.ts')],
  );
  expect(entryPoints).toEqual(sources);
});

/** The entries of docs/dependencies.md: - `name` version: reason. */
const entries = [...textOf('docs/dependencies.md').matchAll(/^- `([^`]+)` (\S+): (.+)$/gm)].map(
  ([, name, version]) => `${name} ${version}`,
);

test('docs/dependencies.md gives every dependency with its version and its reason, and no other', () => {
  const used = new Set(dependencies.map(([name, version]) => `${name} ${version}`));
  expect(entries.sort()).toEqual([...used].sort());
});

const pages = [...filesBelow('docs', '.md'), 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];

test('the pages that README promises exist', () => {
  const promised = ['architecture', 'adding-an-op', 'numerics', 'dependencies'].map((name) => `docs/${name}.md`);
  expect(['README.md', 'LICENSE', ...promised].filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

/** The anchor that a heading gets on the web: lower case, punctuation gone, spaces to hyphens. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const withoutCode = (page: string): string => textOf(page).replace(/^```[\s\S]*?^```/gm, '');

const anchorsOf = (page: string): string[] =>
  [...withoutCode(page).matchAll(/^#+ (.*)$/gm)].map((match) => anchor(match[1]!));

test.each(pages)('the links of %s lead somewhere', (page) => {
  const links = [...withoutCode(page).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
  const broken = links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = '', heading] = link.split('#');
    const target = path === '' ? page : join(dirname(page), path);
    return (
      !existsSync(join(root, target)) ||
      (heading !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(heading))
    );
  });
  expect(broken).toEqual([]);
});
