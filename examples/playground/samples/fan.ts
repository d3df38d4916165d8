// Two losses pull at one feature. GradDrop draws a sign at each position and drops the other.
import { fanOut, grad, key, setDevice, signDrop, tensor, type Tensor } from 'cotangent';

await setDevice('reference');

const rule = signDrop({ key: key(7), marginalize: 'none' });

const total = (feature: Tensor) => {
  const lanes = fanOut(feature, 2, rule);
  const first = lanes
    .at(0)
    .mul(tensor([3, 7]))
    .sum();
  const second = lanes
    .at(1)
    .mul(tensor([1, -3]))
    .sum();
  return first.add(second);
};

// The gradients are (3, 7) and (1, −3): they agree at the first position, not at the second.
console.log('merged', await grad(total)(tensor([1, 1])).array());
