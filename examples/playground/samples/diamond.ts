// A value that is used twice: its cotangent is the sum of what comes back from both uses.
import { grad, setDevice, tensor, type Tensor } from 'cotangent';

await setDevice('reference');

const f = (x: Tensor) => {
  const shared = x.sin();
  const left = shared.exp();
  const right = shared.mul(3);
  return left.mul(right);
};

const x = tensor(1);
console.log('slope  ', await grad(f)(x).item());

// By hand: s = sin x, f = 3 s eˢ, so f' = 3 (1 + s) eˢ cos x.
const s = Math.sin(1);
console.log('by hand', 3 * (1 + s) * Math.exp(s) * Math.cos(1));
