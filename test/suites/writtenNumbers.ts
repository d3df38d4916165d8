import { expect, test } from 'vitest';
import { elementwise as table, type ElementwiseName } from '../../kernels/elementwise.ts';
import * as c from '../../src/index.ts';
import { full, grad, stack, tensor, type Tensor } from '../../src/index.ts';

const ops = c as unknown as Record<string, (...xs: (Tensor | number)[]) => Tensor>;
const binary = (Object.keys(table) as ElementwiseName[]).filter((name) => table[name].arity === 2);

/** Numbers that are written into a kernel's text; others are its arguments. */
const written = [0, 1, -1, 2, 0.5];
const x = [-2.25, -1, 0.75, 1.5, 3];

/** Numbers that are written into a kernel give what the same numbers give in an array. */
export function writtenNumbersSuite(): void {
  test.each(binary)('%s of a number and a tensor is that of two tensors', async (name) => {
    const op = ops[name]!;
    const both = (other: (n: number) => Tensor | number): Tensor =>
      stack(written.flatMap((n) => [op(other(n), tensor(x)), op(tensor(x), other(n))]));
    const got = await both((n) => n).data();
    const want = await both((n) => tensor(x.map(() => n))).data();
    for (const [i, w] of want.entries()) {
      const at = `${name}, ${i % 10 < 5 ? 'first' : 'second'} argument, place ${i}`;
      if (Number.isNaN(w) || Math.abs(w) > 1e30) continue;
      expect(Math.abs(got[i]! - w), at).toBeLessThanOrEqual(2e-6 * Math.max(1, Math.abs(w)));
    }
  });

  test('a kernel that writes one fixed number keeps all its digits', async () => {
    const slopeOf = (x: Tensor): Tensor => grad((y: Tensor) => y.exp())(x);
    for (const n of [0.1, 1 / 3, 1.2345678]) {
      const [e] = await full([1], n).exp().data();
      expect(Math.abs(e! / Math.exp(n) - 1), `exp(${n})`).toBeLessThan(3e-6);
      const slope = await grad(slopeOf)(n).item();
      expect(Math.abs(slope / Math.exp(n) - 1), `exp''(${n})`).toBeLessThan(3e-6);
    }
  });
}
