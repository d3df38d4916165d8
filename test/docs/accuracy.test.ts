import { expect, test } from 'vitest';
import page from '../../docs/numerics.md?raw';
import { setDevice, type Tensor } from '../../src/index.ts';
import { differentiated } from '../../src/tensor/ops/differentiated.ts';
import { bounds, float32, float64, measure } from '../../src/testing/precise/measure.ts';
import { measured, tablePoints } from '../../src/testing/precise/measured.ts';

const rows = [
  ...page
    .split('<!-- accuracy -->')[1]!
    .split('<!-- /accuracy -->')[0]!
    .matchAll(/^\| (\w.*?) +\|(.*)\|$/gm),
]
  .slice(1)
  .map(([, name, cells]) => [name!, cells!.split('|').map(Number)] as const);

test('the table of docs/numerics.md has every function, within its bounds', () => {
  expect(rows.map(([name]) => name)).toEqual(measured.map(({ name }) => name));
  for (const [i, [name, cells]] of rows.entries())
    cells.forEach((error, at) => {
      const bound = at % 3 === 0 ? (measured[i]!.value ?? bounds[0]) : bounds[at % 3]!;
      expect(error, `${name}, column ${at}`).toBeLessThanOrEqual(bound);
    });
});

test.each(['reverse', 'forward'] as const)('an error of one mode alone is measured: %s', async (mode) => {
  await setDevice('reference');
  const exp = measured.find((m) => m.name === 'exp')!;
  const slope = (by: 'reverse' | 'forward', t: Tensor, y: Tensor): Tensor => t.mul(y).mul(by === mode ? 1.001 : 1);
  const f = (x: Tensor): Tensor =>
    differentiated('exp', [x], (t) => t.exp(), {
      vjp: (c, y) => [slope('reverse', c, y)],
      jvp: ([t], y) => slope('forward', t!, y),
    });
  const [value, first] = await measure({ ...exp, f }, float64, 60);
  expect(value.error).toBeLessThan(1);
  expect(first.error).toBeGreaterThan(1e9);
});

for (const [device, format, from] of [
  ['webasm', float32, 0],
  ['reference', float64, 3],
] as const)
  test.each(['tanh', 'asinh', 'logSoftmax of 2'])(`its row of %s is what ${device} computes`, async (name) => {
    await setDevice(device);
    const worst = await measure(
      measured.find((m) => m.name === name)!,
      format,
      tablePoints,
    );
    const cells = rows.find(([n]) => n === name)![1].slice(from, from + 3);
    worst.forEach(({ error, where }, i) => expect(error, where).toBeLessThanOrEqual(cells[i]! + 0.06));
  });
