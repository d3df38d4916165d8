import { beforeEach, expect, test } from 'vitest';
import {
  compile,
  firstNaN,
  hostCall,
  memory,
  realize,
  scope,
  setDevice,
  tensor,
  vmap,
  type HostComputation,
  type Tensor,
} from '../../src/index.ts';
import { batches, dataset, parseSafetensors, toSafetensors } from '../../src/data/browser.ts';
import { suiteOn, type DeviceName } from './settings.ts';

const overwrite = (array: Float32Array | Float64Array): void => void array.fill(-1);

/** Whose numbers are whose, and what a read that has begun may count on. */
export function ownershipSuite(name: DeviceName): void {
  const computesAtOnce = name !== 'webgpu' && !name.includes('gl');

  suiteOn(name, 'ownership', () => {
    beforeEach(() => setDevice(name));

    /** Tensors of each origin: data, a result, a result of the host, one that was read before. */
    const origins: Record<string, () => Promise<Tensor> | Tensor> = {
      data: () => tensor([1, 2, 3]),
      'a result': () => tensor([0, 1, 2]).add(1),
      'a view of data': () => tensor([3, 2, 1]).flip().reshape([3]),
      'a result of the host': () => hostCall(() => [1, 2, 3], [], [3]),
      'a compiled result': () => compile((x: Tensor) => x.add(1))(tensor([0, 1, 2])),
      'a realised tensor': () => realize(tensor([0, 1, 2]).add(1)),
      'a tensor that was read': async () => {
        const x = tensor([0, 1, 2]).add(1);
        await x.data();
        return x;
      },
    };
    for (const [origin, make] of Object.entries(origins)) {
      test(`who writes into what data() of ${origin} gave changes nothing`, async () => {
        const x = await make();
        overwrite(await x.data());
        if (computesAtOnce) overwrite(x.dataSync());
        expect(await x.array()).toEqual([1, 2, 3]);
        expect(await x.mul(2).array()).toEqual([2, 4, 6]);
      });

      test(`a function of the host that writes into ${origin} changes nothing`, async () => {
        const x = await make();
        const writes: HostComputation = (a, b) => {
          const sum = a.map((v, i) => v + b![i]!);
          overwrite(a);
          overwrite(b!);
          return sum;
        };
        // The same tensor twice: each argument is an array of its own.
        expect(await hostCall(writes, [x, x], [3]).array()).toEqual([2, 4, 6]);
        expect(await hostCall((a) => (overwrite(a), 0), x.add(0), []).item()).toBe(0);
        if (computesAtOnce) expect(Array.from(hostCall(writes, [x, x], [3]).dataSync())).toEqual([2, 4, 6]);
        expect(await x.array()).toEqual([1, 2, 3]);
      });
    }

    test('a function of the host under vmap may write into its example', async () => {
      const x = tensor([1, 2, 3, 4], { shape: [2, 2] });
      const total = (row: Tensor): Tensor =>
        hostCall((a) => [a[0]! + a[1]!, (overwrite(a), 0)].slice(0, 1), row, [1]).reshape([]);
      expect(await vmap(total)(x).array()).toEqual([3, 7]);
      expect(await x.array()).toEqual([
        [1, 2],
        [3, 4],
      ]);
    });

    test('what a function of the host keeps of its arguments and its result is its own', async () => {
      const kept: (Float32Array | Float64Array)[] = [];
      const keep: HostComputation = async (a) => {
        await Promise.resolve();
        const result = a.map((v) => v * 2);
        kept.push(a, result);
        return result;
      };
      const x = tensor([1, 2]);
      const y = await realize(hostCall(keep, x, [2]));
      kept.forEach(overwrite);
      expect(await y.array()).toEqual([2, 4]);
      expect(await x.array()).toEqual([1, 2]);
    });

    test('the shape that hostCall was given may change afterwards', async () => {
      const shape = [2];
      const y = hostCall(() => [1, 2], [], shape);
      shape[0] = 3;
      expect(await y.array()).toEqual([1, 2]);
    });

    test('the array a tensor was made of may change afterwards', async () => {
      const flat = Float32Array.of(1, 2, 3);
      const nested = [1, 2, 3];
      const shared = new Float32Array(flat);
      const made = [tensor(flat), tensor(nested), tensor(shared, { shape: [3] })];
      [flat, shared].forEach(overwrite);
      nested.fill(-1);
      for (const x of made) expect(await x.add(1).array()).toEqual([2, 3, 4]);
    });

    test('the numbers of a data set may change once a batch is made', async () => {
      const column = { data: Float32Array.of(1, 2, 3, 4), shape: [4] };
      for await (const { x } of batches(dataset({ x: column }), { size: 4 })) {
        overwrite(column.data);
        expect(await x.array()).toEqual([1, 2, 3, 4]);
      }
    });

    test('the bytes of a checkpoint may change once it is read or written', async () => {
      const w = tensor([1, 2, 3]);
      const bytes = await toSafetensors({ w });
      const { tree } = (await parseSafetensors(bytes, 'w')) as { tree: { w: Tensor } };
      bytes.fill(0);
      expect(await tree.w.array()).toEqual([1, 2, 3]);
      expect(await w.array()).toEqual([1, 2, 3]);
    });

    /** What begins to read a tensor, and what it gives for [1, 2, 3]. */
    const reads: Record<string, [(x: Tensor) => Promise<unknown>, unknown]> = {
      data: [async (x) => Array.from(await x.data()), [1, 2, 3]],
      array: [(x) => x.array(), [1, 2, 3]],
      item: [(x) => x.at(0).item(), 1],
      'the item of a sum': [(x) => x.sum().item(), 6],
      realize: [(x) => realize([x]).then(() => 'done'), 'done'],
      firstNaN: [(x) => firstNaN(x), null],
      toSafetensors: [
        async (x) => {
          const { tree } = (await parseSafetensors(await toSafetensors({ x }), 'x')) as { tree: { x: Tensor } };
          return tree.x.array();
        },
        [1, 2, 3],
      ],
    };
    for (const [read, [start, expected]] of Object.entries(reads)) {
      test(`${read} that has begun is finished though all is disposed meanwhile, each time`, async () => {
        for (let time = 0; time < 3; time++) {
          const source = tensor([0, 1, 2]);
          const x = source.add(1);
          const reading = start(x);
          x.dispose();
          source.dispose();
          expect(await reading).toEqual(expected);
          await expect(async () => x.data()).rejects.toThrow('data: the tensor of shape [3] has been disposed');
        }
        const data = tensor([1, 2, 3]);
        const reading = start(data);
        data.dispose();
        expect(await reading).toEqual(expected);
      });

      test(`${read} that has begun is finished though the device changes meanwhile`, async () => {
        const x = tensor([0, 1, 2]).add(1);
        const reading = start(x);
        await setDevice('reference');
        expect(await reading).toEqual(expected);
        await setDevice(name);
        expect(await x.array()).toEqual([1, 2, 3]);
        await setDevice('reference');
        const y = tensor([0, 1, 2]).add(1);
        const there = start(y);
        await setDevice(name);
        expect(await there).toEqual(expected);
      });
    }

    test('a read that has begun is finished though its scope ends', async () => {
      const reading: Promise<unknown>[] = [];
      await scope(() => {
        const x = tensor([0, 1, 2]).add(1);
        reading.push(x.array(), x.sum().item(), compile((y: Tensor) => y.mul(2))(x).array());
      });
      expect(await Promise.all(reading)).toEqual([[1, 2, 3], 6, [2, 4, 6]]);
    });

    test('a compiled call that has begun is finished though its arguments and closures are disposed', async () => {
      for (let time = 0; time < 3; time++) {
        const [x, w] = [tensor([1, 2]).add(0), tensor([3, 4])];
        const y = compile((a: Tensor) => a.mul(w))(x);
        const reading = y.array();
        for (const t of [x, w, y]) t.dispose();
        expect(await reading).toEqual([3, 8]);
      }
    });

    test('a read gives numbers of the kind of the device on which it began', async () => {
      const reading = tensor([1]).add(1).data();
      await setDevice(name === 'reference' ? 'webasm' : 'reference');
      expect(await reading).toBeInstanceOf(name === 'reference' ? Float64Array : Float32Array);
    });

    test('what was disposed while it was read is freed', async () => {
      await tensor([1]).add(1).data();
      const before = memory().buffers;
      const source = tensor([0, 1, 2]);
      const x = source.add(1);
      const readings = [x.data(), realize(x), x.array()];
      x.dispose();
      source.dispose();
      await Promise.all(readings);
      expect(memory().buffers).toBeLessThanOrEqual(before);
    });
  });
}
