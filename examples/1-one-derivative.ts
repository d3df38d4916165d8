// A function, its derivative, and three ways to check that the derivative is right.
import { grad, jvp, printGraph, setDevice, tensor, type Tensor } from 'cotangent';

// The reference device computes in float64 on the host. Differences of float32 numbers would be too
// inaccurate.
await setDevice('reference');

const f = (x: Tensor) => x.mul(x.tanh());
const x = 0.5;

// `grad(f)` is again a function. It builds a graph, which is computed when its result is read.
const slope = grad(f);
console.log("f'(0.5)          ", await slope(x).item());

// By hand: (x tanh x)' = tanh x + x (1 − tanh² x).
console.log('by hand          ', Math.tanh(x) + x * (1 - Math.tanh(x) ** 2));

// By a central difference: (f(x + h) − f(x − h)) / 2h.
const h = 1e-5;
const [after, before] = [await f(tensor(x + h)).item(), await f(tensor(x - h)).item()];
console.log('by a difference  ', (after - before) / (2 * h));

// Forward mode, from the input to the output, gives the same as reverse mode.
const [value, change] = jvp(f, [x], [1]);
console.log('forward mode     ', await change.item(), 'with the value', await value.item());

// A derivative can be differentiated: f'' = 2 (1 − tanh² x)(1 − x tanh x).
const t = Math.tanh(x);
console.log("f''(0.5)         ", await grad(slope)(x).item(), 'by hand', 2 * (1 - t * t) * (1 - x * t));

// The graph of f'(0.5): every line is an operation.
console.log(printGraph(slope(x)));
