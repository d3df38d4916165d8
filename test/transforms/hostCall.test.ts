import { describe, expect, test } from 'vitest';
import { interned } from '../../src/graph/node.ts';
import { grad, hostCall, jvp, setDevice, tensor, type Tensor } from '../../src/index.ts';

await setDevice('reference');

describe('hostCall', () => {
  test('gets typed arrays and gives a tensor', async () => {
    const sorted = hostCall((a, b) => [...a, ...b].sort((p, q) => p - q), [tensor([3, 1]), 2], [3]);
    expect(await sorted.array()).toEqual([1, 2, 3]);
    expect(
      await hostCall((a) => a.map((v) => v * 2), tensor([1, 2]), [2])
        .add(1)
        .array(),
    ).toEqual([3, 5]);
  });

  test('may be asynchronous, but not where values are read at once', async () => {
    const later = async (a: ArrayLike<number>): Promise<number[]> => [a[0]! + 1];
    expect(await hostCall(later, tensor([1]), [1]).array()).toEqual([2]);
    expect(() => hostCall(later, tensor([1]), [1]).dataSync()).toThrow(
      'dataSync: a hostCall in the graph is asynchronous; use await t.data()',
    );
  });

  test('is a constant to differentiation', async () => {
    const twice = (x: Tensor): Tensor =>
      hostCall((a) => a.map((v) => v * 2), x, [2])
        .mul(x)
        .sum();
    expect(await grad(twice)(tensor([1, 2])).array()).toEqual([2, 4]);
    expect(await jvp(twice, [tensor([1, 2])], [tensor([1, 1])])[1].item()).toBe(6);
  });

  test('of one function and one input is one node', () => {
    const f = (a: Float32Array | Float64Array): Float32Array | Float64Array => a;
    const x = tensor([1]);
    interned(() => expect(hostCall(f, x, [1]).node).toBe(hostCall(f, x, [1]).node));
  });

  test('a number will do for a scalar', async () => {
    expect(await hostCall((x) => x[0]! * 2, 3, []).item()).toBe(6);
  });

  test('speaks of what does not fit', async () => {
    await expect(
      hostCall(
        function three() {
          return [1, 2, 3];
        },
        [],
        [2],
      ).data(),
    ).rejects.toThrow('hostCall: three must return 2 numbers for shape [2], got 3');
    // @ts-expect-error numbers are wanted
    await expect(hostCall(() => undefined, [], [2]).data()).rejects.toThrow(
      'hostCall: the function must return 2 numbers for shape [2], got undefined',
    );
    // @ts-expect-error a function is wanted
    expect(() => hostCall(1, [], [2])).toThrow('hostCall: a function is needed, got 1');
    expect(() => hostCall(() => [1], [], [-1])).toThrow(
      'hostCall: a shape must be a list of non-negative integers, got [-1]',
    );
  });
});
