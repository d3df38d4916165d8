import { expect, test } from 'vitest';
import { readState, writeState } from '../../examples/playground/room/figure1State.ts';
import { samples } from '../../examples/playground/samples/index.ts';
import { readAddress } from '../../examples/playground/state/address.ts';
import { filesBelow, textOf } from '../support/sources.ts';

const pages = ['README.md', 'examples/README.md', ...filesBelow('docs', '.md')];
const links = pages.flatMap((page) =>
  Array.from(textOf(page).matchAll(/`(#v\d\/[^`]+)`/g), ([, hash]) => ({ page, hash: hash! })),
);

test('every address of the playground in a page leads to what it names', () => {
  const dead = links.filter(({ hash }) => {
    const { room, sample, spot, problem, others } = readAddress(hash);
    if (problem !== undefined) return true;
    if (room === 'workbench') {
      const lines = samples.find(({ name }) => name === sample)?.text.split('\n');
      // A node is made where the program calls what makes it.
      const isCall = !spot || /^\w+\(/.test(lines?.[spot.line - 1]?.slice(spot.column - 1) ?? '');
      return !lines || !isCall || Object.keys(others).length > 0;
    }
    const state: Readonly<Record<string, string>> = writeState(readState(others));
    return Object.entries(others).some(([key, value]) => state[key] !== value);
  });
  expect(dead).toEqual([]);
  expect(links.length).toBeGreaterThan(9);
});
