import { jacrev, tensor, vmap, type Tensor } from 'cotangent';
import type { Problem } from './problems.ts';

/** The number of points along each side of the map. */
export const side = 60;

/**
 * Returns the cosine of the two gradients on a grid over the problem's view, row by row from the
 * bottom; 0 where a gradient is 0.
 */
export async function cosines({ losses, view: [[left, low], [right, high]] }: Problem): Promise<number[]> {
  const at = (from: number, to: number, i: number): number => from + ((to - from) * i) / (side - 1);
  const grid = Array.from({ length: side * side }, (_, i) => [
    at(left, right, i % side),
    at(low, high, Math.floor(i / side)),
  ]);
  const cosine = (x: Tensor): Tensor => {
    const J = jacrev(losses)(x);
    const [a, b] = [J.at(0), J.at(1)];
    const lengths = a.norm().mul(b.norm());
    return lengths.equal(0).where(0, a.mul(b).sum().div(lengths.equal(0).where(1, lengths)));
  };
  return Array.from(await vmap(cosine)(tensor(grid)).data(), (x) => Number(x.toFixed(3)));
}
