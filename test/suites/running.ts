import { expect, test } from 'vitest';
import {
  arange,
  argMax,
  argMin,
  compile,
  concat,
  device,
  explain,
  eye,
  gather,
  grad,
  hostCall,
  key,
  linspace,
  memory,
  mse,
  oneHot,
  ones,
  random,
  realize,
  scatterAdd,
  scope,
  setDevice,
  sort,
  take,
  tensor,
  topK,
  zeros,
  zipTrees,
  type Tensor,
} from '../../src/index.ts';
import { plansMade } from '../support/plansMade.ts';
import { suiteOn, type DeviceName } from './settings.ts';

interface Weights {
  a: Tensor;
  b: Tensor;
}

/** A small regression by two layers, and one step of gradient descent on it. */
async function regression(): Promise<{
  weights: Weights;
  step: (w: Weights, rate: number | Tensor) => Weights;
  loss: (w: Weights) => Tensor;
}> {
  const weights = { a: random.normal(key(1), [4, 8]).mul(0.3), b: random.normal(key(2), [8, 2]).mul(0.3) };
  const data = { x: random.normal(key(3), [16, 4]), y: random.normal(key(4), [16, 2]) };
  await realize([weights, data]);
  const loss = (w: Weights): Tensor => mse(data.x.matmul(w.a).tanh().matmul(w.b), data.y);
  const step = (w: Weights, rate: number | Tensor): Weights =>
    zipTrees((p, g) => p.sub(g!.mul(rate)), w, grad(loss)(w));
  return { weights, step, loss };
}

const collect = async (): Promise<void> => {
  const { gc } = globalThis as { gc?: () => void };
  for (let i = 0; i < 3; i++) {
    gc?.();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

/** How a device runs what it is given: plans, memory, concurrency, the host, errors. */
export function runningSuite(name: DeviceName, { trainingSteps }: { trainingSteps: number }): void {
  suiteOn(name, 'running', () => {
    test('kernels with the same text read arrays of different lengths where their numbers are', async () => {
      const v = [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ];
      const few = tensor(v[0]!);
      const many = tensor([v[0]!, v[1]!, v[2]!, v[1]!, v[0]!]);
      const [a, b] = await realize([tensor(v[0]!), many.at(0)].map((row) => few.reshape([3, 1]).mul(row).mul(row)));
      const want = v[0]!.map((x) => v[0]!.map((y) => x * y * y));
      expect(await a!.array()).toEqual(want);
      expect(await b!.array()).toEqual(want);
    });

    test('what a run reads stays where it is, though another device asks for it meanwhile', async () => {
      const other = name === 'webasm' ? 'cpu' : 'webasm';
      for (const [first, second] of [
        [name, other],
        [other, name],
      ] as const) {
        await setDevice(first);
        const x = arange(1000);
        let go = (): void => undefined;
        const gate = new Promise<void>((resolve) => (go = resolve));
        const later = hostCall(async (y) => (await gate, Float32Array.from(y)), [x.add(1)], [1000]);
        const value = later.add(x).data();
        await setDevice(second);
        await realize(x.mul(3));
        await setDevice(first);
        for (let i = 0; i < 20; i++) await realize(tensor(new Float32Array(1000).fill(7)).mul(i + 2.5));
        go();
        expect([...(await value)]).toEqual(Array.from({ length: 1000 }, (_, i) => 2 * i + 1));
      }
      await setDevice(name);
    });

    test('a training loop plans nothing from its second step on, though its rate changes', async () => {
      let { weights, step } = await regression();
      for (let i = 0; i < 2; i++) weights = await realize(step(weights, 0.1 / (i + 1)));
      const made = await plansMade(name);
      for (let i = 2; i < 8; i++) weights = await realize(step(weights, 0.1 / (i + 1)));
      expect(made()).toBe(0);
    });

    test('training lowers the loss, compiled or not, by the same steps', async () => {
      const { weights, step, loss } = await regression();
      const compiled = compile(step);
      let [plain, fast] = [weights, weights];
      const start = await loss(weights).item();
      for (let i = 0; i < 20; i++) {
        plain = await realize(step(plain, 0.1));
        fast = compiled(fast, 0.1);
      }
      const [a, b] = [await loss(plain).item(), await loss(fast).item()];
      expect(a).toBeLessThan(0.9 * start);
      expect(Math.abs(a - b)).toBeLessThan(1e-5);
    });

    test('numbers that are equal by chance differ the next time', async () => {
      const x = tensor([1, 2]);
      const y = (a: number, b: number): Tensor => x.mul(a).add(x.square().mul(b)).mul(tensor(a).add(b));
      for (const [a, b] of [
        [0.1, 0.1],
        [0.1, 0.3],
        [0.3, 0.3],
        [3, 5],
        [5, 3],
      ] as const) {
        const got = await y(a, b).data();
        [1, 2].forEach((v, i) => expect(Math.abs(got[i]! - (v * a + v * v * b) * (a + b))).toBeLessThan(1e-5));
      }
    });

    test('a compiled function is planned once, whatever numbers come', async () => {
      const { weights, step } = await regression();
      const compiled = compile(step);
      await realize(compiled(weights, 0.1));
      const made = await plansMade(name);
      await realize(compiled(weights, 0.25));
      await realize(compiled(weights, tensor(0.125)));
      expect(made()).toBe(0);
      expect(compiled.traces).toBe(1);
    });

    test(`memory does not grow over ${trainingSteps} training steps`, async () => {
      let { weights, step } = await regression();
      weights = await realize(step(weights, 0.01));
      await collect();
      const before = memory();
      for (let i = 0; i < trainingSteps; i++) {
        weights = await scope(() => step(weights, 0.01));
      }
      // What was dropped is freed some time after it is collected. A leak is never freed.
      const left = async (): Promise<ReturnType<typeof memory>> => {
        await collect();
        return memory();
      };
      await expect
        .poll(async () => (await left()).buffers - before.buffers, { timeout: 20_000 })
        .toBeLessThan(Math.max(20, trainingSteps / 20));
      await expect
        .poll(async () => (await left()).bytes - before.bytes, { timeout: 20_000 })
        .toBeLessThan(Math.max(4000, trainingSteps * 20));
    });

    test('what is uploaded and read four elements at a time is freed when it is disposed of', async () => {
      await collect();
      const before = memory();
      for (let i = 0; i < 5; i++) {
        const x = tensor(new Float32Array(1024).fill(i));
        const y = x.mul(2);
        expect((await y.data())[5]).toBe(2 * i);
        x.dispose();
        y.dispose();
      }
      // Fewer, if what earlier tests dropped is collected meanwhile.
      expect(memory().buffers).toBeLessThanOrEqual(before.buffers);
      expect(memory().bytes).toBeLessThanOrEqual(before.bytes);
    });

    const { gc } = globalThis as { gc?: () => void };
    test.skipIf(!gc)('a loop of awaits alone lets go of what it dropped', async () => {
      let w = tensor([1, 2]);
      const before = memory().buffers;
      for (let i = 0; i < 200; i++) {
        w = await realize(w.mul(0.5));
        if (i % 20 === 0) gc!();
      }
      expect(memory().buffers - before).toBeLessThan(100);
    });

    test('reads may run at the same time', async () => {
      const x = tensor([1, 2, 3]);
      const y = x.mul(2);
      const z = y.add(1);
      const [a, b, c] = await Promise.all([z.data(), y.data(), z.data()]);
      expect([...a]).toEqual([3, 5, 7]);
      expect([...b]).toEqual([2, 4, 6]);
      expect([...c]).toEqual([3, 5, 7]);
    });

    test('a disposed tensor is an error by name; what was started with it still ends', async () => {
      const x = tensor([1, 2, 3]);
      const y = compile((t: Tensor) => t.mul(2))(x);
      const z = x.add(1);
      const pending = z.data();
      x.dispose();
      expect(() => x.add(1)).toThrow('add: the tensor of shape [3] has been disposed');
      expect([...(await y.data())]).toEqual([2, 4, 6]);
      expect([...(await pending)]).toEqual([2, 3, 4]);
      await expect(z.neg().data()).resolves.toBeDefined();
      const lost = tensor([1]).add(1);
      const source = tensor([5]);
      const derived = source.add(1);
      source.dispose();
      await expect(derived.data()).rejects.toThrow('data: a tensor of shape [1] that is needed has been disposed');
      expect(await lost.item()).toBe(2);
    });

    test('tensors without elements are computed, and sums over nothing are 0', async () => {
      const none = zeros([0, 3]);
      expect(await none.add(1).array()).toEqual([]);
      expect(await none.sum({ axis: 0 }).array()).toEqual([0, 0, 0]);
      expect(await none.prod().item()).toBe(1);
      expect(
        await zeros([2, 0])
          .matmul(zeros([0, 2]))
          .array(),
      ).toEqual([
        [0, 0],
        [0, 0],
      ]);
      expect(await grad((x: Tensor) => x.square().sum())(none).array()).toEqual([]);
    });

    test('a counter that has been sliced, flipped or taken apart is the number that it stands for', async () => {
      expect(await arange(6).slice([3]).mul(3).array()).toEqual([9, 12, 15]);
      expect(await arange(6).flip().sub(1).mul(2).array()).toEqual([8, 6, 4, 2, 0, -2]);
      expect(await arange(4).reshape([2, 2]).transpose().slice([0, 1]).mul(5).sub(1).array()).toEqual([[9], [14]]);
      const slow = await arange(100_000).mul(1e-6).add(0.1).sum().item();
      expect(Math.abs(slow / (0.1 * 1e5 + (1e-6 * (1e5 * (1e5 - 1))) / 2) - 1)).toBeLessThan(1e-5);
    });

    test('an index that float32 cannot hold is an integer on webasm, and on a GPU an error before anything is computed', async () => {
      const wide = arange(5001).reshape([5001, 1]).mod(7).mul(arange(4000).mod(11));
      if (name === 'cpu' || name === 'reference') return;
      if (name === 'webasm') {
        const got = await wide.reshape([20_004_000]).slice([1]).data();
        for (const i of [0, 3998, 3999, 2 ** 24 - 1, 2 ** 24, 2 ** 24 + 1, 20_003_997, 20_003_998]) {
          const [row, column] = [Math.floor((i + 1) / 4000), (i + 1) % 4000];
          expect(got[i]).toBe((row % 7) * (column % 11));
        }
        return;
      }
      await expect(wide.sum().data()).rejects.toThrow(`${name}: an index in a kernel must be at most 16777216`);
      await expect(wide.data()).rejects.toThrow(
        `mul: a tensor must have at most 16777216 elements on ${name}, got shape [5001, 4000]`,
      );
    });

    test('a shape too large for the device is an error when it is given', () => {
      const arrays: Record<string, number> = { cpu: 2 ** 30, reference: 2 ** 29, webasm: 2 ** 29 };
      const most = arrays[name] ?? 2 ** 24;
      const says = (f: string, shape: string): string =>
        `${f}: a tensor must have at most ${most} elements on ${name}, got shape ${shape}; use fewer`;
      expect(() => zeros([65_536, 65_536])).toThrow(says('zeros', '[65536, 65536]'));
      expect(() => zeros([most, 2])).toThrow(says('zeros', `[${most}, 2]`));
      expect(() => arange(most + 1)).toThrow(says('arange', `[${most + 1}]`));
      expect(() => random.uniform(key(0), [2, most])).toThrow(says('random.uniform', `[2, ${most}]`));
      expect(() => tensor(1).broadcastTo([most, 3])).toThrow(says('broadcastTo', `[${most}, 3]`));
      expect(() => zeros([4, 4]).pad([...Array<[number, number]>(2).fill([0, most])])).toThrow(
        says('pad', `[${most + 4}, ${most + 4}]`),
      );
      expect(() => concat([zeros([most]), zeros([1])])).toThrow(says('concat', `[${most + 1}]`));
      const [tall, wide] = [zeros([2 ** 17, 1]), zeros([1, 2 ** 17])];
      expect(() => tall.matmul(wide)).toThrow(says('matmul', '[131072, 131072]'));
      expect(zeros([2 ** 12, 2 ** 12]).size).toBe(2 ** 24);
      if (most === 2 ** 24) expect(() => tensor(new Float32Array(most + 1))).toThrow(says('tensor', `[${most + 1}]`));
    });

    test('indices and counts beyond what float32 counts are an error where the axis is given, but on reference', () => {
      const n = 2 ** 24 + 1;
      const more = name === 'reference' || name === 'cpu' || name === 'webasm';
      const says = (f: string): string =>
        `${f}: the axis must have at most 16777216 places, as indices are float32, got ${n}`;
      const x = more ? zeros([n]) : zeros([1]);
      const over: Record<string, () => unknown> = {
        argMax: () => argMax(x, { axis: 0 }),
        argMin: () => argMin(x),
        sort: () => sort(x),
        topK: () => topK(x, 1),
        gather: () => gather(x, tensor([n - 1])),
        take: () => take(x, tensor([n - 1])),
        scatterAdd: () => scatterAdd(x, tensor([n - 1]), tensor([1])),
        'random.permutation': () => random.permutation(key(0), n),
        arange: () => arange(n),
        linspace: () => linspace(0, 1, n),
        eye: () => eye(1, n),
        oneHot: () => oneHot(tensor([3]), n),
      };
      for (const [f, call] of Object.entries(over)) {
        if (name === 'reference') expect(call, f).not.toThrow();
        else if (more) expect(call, f).toThrow(says(f));
        else if (!['argMax', 'argMin', 'sort', 'topK', 'gather', 'take', 'scatterAdd'].includes(f))
          expect(call, f).toThrow(/must have at most 16777216/);
      }
    });

    test('arange counts to what float32 holds, and beyond that is an error', async () => {
      const most = 2 ** 24;
      expect(await arange(most - 2, most + 1).array()).toEqual([most - 2, most - 1, most]);
      expect(await arange(most, most + 7, 2).array()).toEqual([most, most + 2, most + 4, most + 6]);
      expect(await arange(-most, 2 - most).array()).toEqual([-most, 1 - most]);
      const over = [() => arange(most, most + 2), () => arange(-most - 1, -most), () => arange(1, most + 4, 2)];
      for (const f of over)
        if (name === 'reference') expect(f).not.toThrow();
        else expect(f).toThrow('arange: float32 does not count exactly to');
      if (name === 'reference') expect(await arange(most, most + 2).array()).toEqual([most, most + 1]);
    });

    test('products of counters are numbers, not integers that overflow', async () => {
      const n = 100_000;
      const got = await arange(n).mul(arange(n).flip()).data();
      for (const i of [0, 7, 21_475, 50_000, 99_998]) {
        const want = i * (n - 1 - i);
        expect(Math.abs(got[i]! - want)).toBeLessThanOrEqual(want * 1e-6);
      }
    });

    test('choices between whole numbers are numbers on every device', async () => {
      const x = tensor([1, -1, 0]);
      const sides = x.less(0).where(1, -1);
      expect(await sides.array()).toEqual([-1, 1, -1]);
      expect(
        await sides
          .mul(0.25)
          .add(x.greater(0).where(3, x.equal(0).where(-2, 2)))
          .array(),
      ).toEqual([2.75, 2.25, -2.25]);
      expect(await x.equal(0).or(x.greater(0)).not().array()).toEqual([0, 1, 0]);
      expect(await x.mul(0).add(2).floor().where(7, 8).sum().array()).toBe(21);
      expect(await x.greater(0).where(1, 0).sum().array()).toBe(1);
    });

    test('what was computed outlives its plan, and a compiled function does too', async () => {
      const x = tensor([1, 2, 3]);
      const double = compile((t: Tensor) => t.mul(2).add(1));
      await realize(double(x));
      const kept = [];
      for (let i = 1; i <= 60; i++) kept.push(await realize(concat([x, ones([i])]).mul(2)));
      expect((await kept[0]!.data())[2]).toBe(6);
      expect([...(await kept[1]!.add(1).data())]).toEqual([3, 5, 7, 3, 3]);
      const made = await plansMade(name);
      for (let i = 0; i < 3; i++) expect([...(await double(x).data())]).toEqual([3, 5, 7]);
      expect(made()).toBe(0);
    });

    test('dispose and scope free what was read, realised or not', async () => {
      await collect();
      const x = await realize(tensor(new Float32Array(5000)).add(1));
      const before = memory().buffers;
      const y = x.mul(3);
      await y.data();
      expect(memory().buffers).toBeGreaterThan(before);
      y.dispose();
      // Fewer, if what earlier tests dropped is collected meanwhile.
      expect(memory().buffers).toBeLessThanOrEqual(before);
      await scope(async () => {
        await x.mul(5).data();
      });
      expect(memory().buffers).toBeLessThanOrEqual(before);
    });

    test('the gradient of a norm near the largest number is not lost', async () => {
      const near = (a: readonly number[], b: readonly number[]): void =>
        a.forEach((v, i) => expect(Math.abs(v - b[i]!)).toBeLessThan(1e-5));
      const slope = async (xs: number[]): Promise<number[]> =>
        Array.from(await grad((t: Tensor) => t.norm())(tensor(xs)).data());
      near(await slope([9e37, 0]), [1, 0]);
      near(await slope([1e38, 1e38]), [Math.SQRT1_2, Math.SQRT1_2]);
      near(await slope([3e-30, 4e-30]), [0.6, 0.8]);
    });

    test('a function on the host takes part, at once or later, and its errors arrive', async () => {
      const double = (delay: boolean) => (xs: ArrayLike<number>) => {
        const out = Float64Array.from(xs, (v) => 2 * v);
        return delay ? new Promise<Float64Array>((resolve) => setTimeout(() => resolve(out), 2)) : out;
      };
      const x = tensor([1, 2, 3]);
      for (const delay of [false, true]) {
        const y = hostCall(double(delay), [x.add(1)], [3]).mul(10);
        expect(await y.array()).toEqual([40, 60, 80]);
      }
      const bad = hostCall(
        () => {
          throw new Error('no such luck');
        },
        [x],
        [3],
      );
      await expect(bad.data()).rejects.toThrow('no such luck');
      const short = hostCall(() => [1], [x], [3]);
      await expect(short.data()).rejects.toThrow('hostCall: the function must return 3 numbers for shape [3], got 1');
      expect(await x.add(1).array()).toEqual([2, 3, 4]);
    });

    test('live tensors move with the device', async () => {
      const x = tensor([1, 2, 3]);
      const y = await realize(x.mul(2));
      try {
        await setDevice('reference');
        expect(await y.add(x).array()).toEqual([3, 6, 9]);
        expect(await y.data()).toBeInstanceOf(Float64Array);
      } finally {
        await setDevice(name);
      }
      expect(device()).toBe(name);
      expect(await y.add(x).array()).toEqual([3, 6, 9]);
      expect(await y.data()).toBeInstanceOf(name === 'reference' ? Float64Array : Float32Array);
    });

    test('explain shows the kernels, what is in them, and what gpu.js made of them', async () => {
      const x = tensor([
        [1, 2],
        [3, 4],
      ]);
      const told = await explain(x.matmul(x).tanh().mul(3).sum({ axis: 1 }));
      expect(told.device).toBe(name);
      if (name === 'reference') return;
      expect(told.steps.length).toBeGreaterThan(0);
      const inside = told.steps.flatMap((s) => [s.name, ...s.fused]);
      expect(inside).toEqual(expect.arrayContaining(['contract', 'tanh', 'mul', 'sum']));
      for (const step of told.steps) {
        expect(step.javascript).toContain('function');
        expect(step.generated.length).toBeGreaterThan(20);
        expect(step.reason.length).toBeGreaterThan(5);
      }
      const marks: Partial<Record<DeviceName, string>> = {
        webgpu: 'fn ',
        webgl: 'void main',
        webgl2: 'void main',
        headlessgl: 'void main',
        cpu: 'this.thread',
      };
      const mark = marks[name];
      if (mark) expect(told.steps[0]!.generated).toContain(mark);
      expect(told.toString()).toContain('kernel');
    });
  });
}
