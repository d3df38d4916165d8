import { describe, expect, test } from 'vitest';
import {
  compile,
  foldIn,
  grad,
  gradients,
  key,
  mapTree,
  random,
  setDevice,
  tensor,
  vmap,
  type Tensor,
} from '../../src/index.ts';
import '../support/collector.ts';
import { read } from './support.ts';

await setDevice('reference');

interface Weights {
  w: Tensor;
  b: Tensor;
}

const loss = ({ w, b }: Weights, x: Tensor): Tensor => x.matmul(w).add(b).square().mean();

describe('compile', () => {
  test('computes what the function computes', async () => {
    const f = (p: Weights, x: Tensor): { loss: Tensor; g: Weights; note: string } => ({
      loss: loss(p, x),
      g: grad(loss)(p, x),
      note: 'done',
    });
    const p = { w: tensor([1, 2]), b: tensor(0.5) };
    const x = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(await read(compile(f)(p, x))).toEqual(await read(f(p, x)));
  });

  test('traces once for all values of tensors, numbers and keys', async () => {
    let calls = 0;
    const step = compile((w: Tensor, lr: Tensor | number, k: ReturnType<typeof key>) => {
      calls++;
      return w.sub(w.mul(lr)).add(random.uniform(k, [2]));
    });
    let w = tensor([1, 2]);
    let want = [1, 2];
    for (let i = 0; i < 5; i++) {
      const k = foldIn(key(0), i);
      const u = (await random.uniform(k, [2]).array()) as number[];
      w = step(w, 0.1 * (i + 1), k);
      want = want.map((v, j) => v - v * (0.1 * (i + 1)) + u[j]!);
    }
    const got = (await w.array()) as number[];
    got.forEach((v, j) => expect(v).toBeCloseTo(want[j]!, 12));
    expect([calls, step.traces]).toEqual([1, 1]);
  });

  test('traces again for other shapes, structures and static values', () => {
    const f = compile((p: { x: Tensor; y?: Tensor }, mode: string) => (mode === 'sum' ? p.x.sum() : p.x.mean()));
    f({ x: tensor([1, 2]) }, 'sum');
    f({ x: tensor([3, 4]) }, 'sum');
    expect(f.traces).toBe(1);
    f({ x: tensor([1, 2, 3]) }, 'sum');
    f({ x: tensor([1, 2]), y: tensor(1) }, 'sum');
    f({ x: tensor([1, 2]) }, 'mean');
    expect(f.traces).toBe(4);
  });

  test('takes arguments that are not computed yet, and results without waiting', async () => {
    const square = compile((x: Tensor) => x.square());
    const y = square(square(square(tensor([1, 2]).add(1))));
    expect(y.shape).toEqual([2]);
    expect(await y.array()).toEqual([256, 6561]);
  });

  test('returns keys, and hands on what is not a tensor', async () => {
    const next = compile((k: ReturnType<typeof key>) => ({ k: foldIn(k, 7), n: 3 }));
    const { k, n } = next(key(1));
    expect(n).toBe(3);
    expect(await random.uniform(k, [4]).array()).toEqual(await random.uniform(foldIn(key(1), 7), [4]).array());
  });

  test('inside another transformation is the function itself', async () => {
    const f = compile((x: Tensor) => x.sin());
    expect(await grad((x: Tensor) => f(x).sum())(tensor([0, Math.PI])).array()).toEqual([1, -1]);
    expect(await vmap((x: Tensor) => f(x))(tensor([0, 0])).array()).toEqual([0, 0]);
    const outer = compile((x: Tensor) => f(x).mul(2));
    expect(await outer(tensor(0)).item()).toBe(0);
    expect(f.traces).toBe(0);
  });

  test('a derivative through its result from outside is an error, not zero', () => {
    const x = tensor(3);
    const h = x.mul(2);
    const y = compile((t: Tensor) => t.square())(h).add(1);
    for (const input of [x, h])
      expect(() => gradients(y, input)).toThrow(/tensor that realize\(\) or a compiled function has cut off/);
    expect(() => gradients(y, y)).not.toThrow();
  });

  test('errors of the function come at the call, and a trace that failed leaves nothing behind', () => {
    const f = compile((x: Tensor) => x.matmul(x));
    expect(() => f(tensor([[1, 2, 3]]))).toThrow(/^matmul: /);
    expect(f.traces).toBe(0);
    expect(() => compile(async () => tensor(1))()).toThrow(
      'compile: the function must return tensors at once, got a Promise',
    );
  });
});

test('a function that is called again and again keeps nothing of its calls', async () => {
  const names = Array.from({ length: 50 }, (_, i) => `${'long'.repeat(50)}${i}`);
  const tree = Object.fromEntries(names.map((name, i) => [name, tensor(i)]));
  const f = compile((x: Record<string, Tensor>) => mapTree(x, (t) => t.add(1)));
  const heap = async (calls: number): Promise<number> => {
    for (let i = 0; i < calls; i++) for (const t of Object.values(f(tree))) t.dispose();
    await f(tree)[names[0]!]!.data();
    (globalThis as { gc?: () => void }).gc!();
    return process.memoryUsage().heapUsed;
  };
  const before = await heap(20);
  expect((await heap(400)) - before).toBeLessThan(1e6);
});
