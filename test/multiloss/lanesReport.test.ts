import { expect, test } from 'vitest';
import { lanesReport, setDevice, tensor, type SignDropOptions } from '../../src/index.ts';

await setDevice('reference');

/** The share that is kept of three or four nonzero entries; the second example's input is 0. */
const share = (second: readonly number[], options: SignDropOptions): Promise<number> => {
  const lanes = tensor([
    [[2], [3]],
    [[second[0]!], [second[1]!]],
  ]);
  return lanesReport(lanes, tensor([[1], [0]]), { draw: tensor([[0.5]]), ...options }).share.item();
};

test('an entry whose lane has no sign passes where the input is 0, if zero signs are kept', async () => {
  // Signs are read from 2 and 0: the first lane passes, and the second’s entry at the input 0.
  expect(await share([0, 4], {})).toBe(1);
  expect(await share([0, 4], { inputSign: true, zeroSign: 'keep' })).toBe(1);
  expect(await share([0, 4], { zeroSign: 'drop' })).toBeCloseTo(2 / 3, 12);
  // From 2 and −1: a lane that has a sign passes by its mask alone.
  expect(await share([-1, 4], {})).toBe(0.5);
});

test('where no sign of the input is read, its zeros let nothing pass', async () => {
  // From 5 and 0.
  expect(await share([-4, 4], { inputSign: false })).toBe(0.5);
});
