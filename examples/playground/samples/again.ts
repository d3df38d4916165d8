// A derivative is a graph again, so it has a derivative.
import { grad, setDevice, tensor, type Tensor } from 'cotangent';

await setDevice('reference');

const f = (x: Tensor) => x.tanh().mul(x);
const slope = grad(f);
const curvature = grad(slope);

const x = tensor(0.5);
console.log('f  ', await f(x).item());
console.log("f' ", await slope(x).item());
console.log("f''", await curvature(x).item());

// By hand: f'' = 2 (1 − tanh² x)(1 − x tanh x).
const t = Math.tanh(0.5);
console.log('by hand', 2 * (1 - t * t) * (1 - 0.5 * t));
