// Second derivatives: Newton's method in a curved valley, from four starting points at once.
import { grad, hessian, setDevice, stack, tensor, vmap, type Tensor } from 'cotangent';

await setDevice('reference');

/** Rosenbrock's function (1 − x)² + 100 (y − x²)² of one point [2], with its minimum at (1, 1). */
const valley = (p: Tensor) => {
  const [x, y] = [p.at(0), p.at(1)];
  return x.sub(1).square().add(y.sub(x.square()).square().mul(100));
};

/** Solves H d = g for a 2 × 2 matrix by Cramer's rule. */
const solve = (H: Tensor, g: Tensor) => {
  const entry = (i: number, j: number) => H.at(i).at(j);
  const determinant = entry(0, 0)
    .mul(entry(1, 1))
    .sub(entry(0, 1).mul(entry(1, 0)));
  const first = entry(1, 1)
    .mul(g.at(0))
    .sub(entry(0, 1).mul(g.at(1)));
  const second = entry(0, 0)
    .mul(g.at(1))
    .sub(entry(1, 0).mul(g.at(0)));
  return stack([first, second]).div(determinant);
};

/** A Newton step: the minimum of the quadratic approximation at p. */
const newton = (p: Tensor) => p.sub(solve(hessian(valley)(p), grad(valley)(p)));

// The derivatives at one point can be checked by hand.
const p = tensor([0, 1]);
console.log('gradient at (0, 1)', await grad(valley)(p).array()); // (−2(1 − x) − 400x(y − x²), 200(y − x²))
console.log('Hessian at (0, 1) ', await hessian(valley)(p).array()); // ((2 − 400y + 1200x², −400x), (−400x, 200))

// The step is written for one point; vmap applies it to four.
let points = tensor([
  [-1.2, 1],
  [0, 0],
  [2, 2],
  [-1, -1],
]);
for (let i = 0; i <= 8; i++) {
  const heights = await vmap(valley)(points).data();
  console.log(`step ${i}: heights ${Array.from(heights, (z) => z.toExponential(1)).join('  ')}`);
  points = vmap(newton)(points);
}
console.log('reached', JSON.stringify(await points.array()));

// Each step squares the error, so it vanishes after a few. Plain gradient descent moves slowly
// along the valley:
let q = tensor([-1.2, 1]);
for (let i = 0; i < 1000; i++) q = q.sub(grad(valley)(q).mul(0.001));
console.log('gradient descent, 1000 steps', await q.array());
