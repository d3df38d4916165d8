// Two losses that disagree about a shared layer, and the gradient that GradDrop sends back (Chen et
// al. 2020, Figure 1).
import { fanOut, grad, gradDrop, key, lanesReport, ones, sumLanes, tensor, vmap, type Tensor } from 'cotangent';

const h = tensor([1, 1]);
const k = key(2020);

/** The sum of two losses. Each reads its own lane of h; their gradients are (3, 7) and (1, −3). */
const total = (lanes: Tensor) => {
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

// With the sum as the rule, this is an ordinary backward pass.
const plain = (h: Tensor) => total(fanOut(h, 2, sumLanes()));
console.log('sum       ', await grad(plain)(h).array());

// GradDrop keeps one sign at each position: 3 and 1 agree; of +7 and −3 one is dropped.
const dropped = (h: Tensor) => total(gradDrop(h, 2, { key: k, marginalize: 'none' }));
console.log('GradDrop  ', await grad(dropped)(h).array());

// The sign is drawn with the purity P = positive part / sum of absolute values: 4/4 and 7/10.
const lanes = tensor([
  [3, 7],
  [1, -3],
]);
const report = lanesReport(lanes, h, { key: k, marginalize: 'none' });
console.log('purity    ', await report.purity.array());

// 2000 draws at once: under vmap every example has its own draw.
const draws = await vmap(grad(dropped))(ones([2000, 2])).array();
const second = (draws as number[][]).map((row) => row[1]!);
const share = second.filter((g) => g === 7).length / second.length;
console.log('kept +7 in', share, 'of the draws, −3 in the rest:', new Set(second));

// So the mean is the ordinary sum, 0.7 · 7 − 0.3 · 3 = 4; the variance is 7 · 3.
const mean = second.reduce((a, b) => a + b, 0) / second.length;
const variance = second.reduce((a, b) => a + (b - mean) ** 2, 0) / second.length;
console.log('mean', mean, 'variance', variance.toFixed(2));
