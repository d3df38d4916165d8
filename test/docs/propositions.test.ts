import { expect, test } from 'vitest';
import { claims } from '../../src/testing/index.ts';
import { textOf } from '../support/sources.ts';

const page = textOf('docs/propositions.md');
const names = claims
  .filter(({ group }) => group.startsWith('Proposition') || group === 'Structure of the merge')
  .map(({ name }) => name);

test('docs/propositions.md names every claim about the propositions and the merge', () => {
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test('and no claim that does not exist', () => {
  const said = [
    ...page.matchAll(/`((?:prop\d|virtual|purity|draws|key|batch|norm|leak|identity)[a-z\d]*(?:-[a-z\d]+)+)`/g),
  ];
  const all = claims.map(({ name }) => name);
  expect(said.length).toBeGreaterThan(40);
  expect(said.map(([, name]) => name).filter((name) => !all.includes(name!))).toEqual([]);
});
