// A chain of three operations, and the slope at its beginning.
import { grad, setDevice, tensor, type Tensor } from 'cotangent';

await setDevice('reference');

const f = (x: Tensor) => {
  const y = x.mul(2).tanh();
  return y.square();
};

const start = tensor(0.5);
console.log('value', await f(start).item());
console.log('slope', await grad(f)(start).item());
