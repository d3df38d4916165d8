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

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
}
const manifest = JSON.parse(textOf('package.json')) as Manifest;
const dependencies = Object.entries({
  ...manifest.dependencies,
  ...manifest.devDependencies,
  ...manifest.peerDependencies,
});

test('every dependency is pinned to an exact version', () => {
  expect(dependencies.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test('every dependency has a row in docs/dependencies.md with its version and a reason', () => {
  const rows = textOf('docs/dependencies.md').split('\n');
  const missing = dependencies.filter(
    ([name, version]) =>
      !rows.some((row) => row.startsWith(`| \`${name}\` | ${version} | `) && row.length > 40),
  );
  expect(missing).toEqual([]);
});

test('docs/dependencies.md names no package that is not used', () => {
  const named = [...textOf('docs/dependencies.md').matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]!);
  expect(named.filter((name) => !dependencies.some(([dependency]) => dependency === name))).toEqual([]);
});

const pages = [...filesBelow('docs', '.md'), 'README.md'].filter((path) => existsSync(join(root, path)));

test('the pages that README promises exist', () => {
  const promised = ['architecture', 'adding-an-op', 'numerics', 'dependencies'].map(
    (name) => `docs/${name}.md`,
  );
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
