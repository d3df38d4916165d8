// Gradient descent fits a line to points; its parameters are a tree. The result is compared with
// the exact solution.
import { compile, key, linspace, mapTree, random, tensor, valueAndGrad, zipTrees, type Tensor } from 'cotangent';

interface Line {
  slope: Tensor;
  offset: Tensor;
}

// 50 points around y = 2x − 1.
const x = linspace(-1, 1, 50);
const y = x
  .mul(2)
  .sub(1)
  .add(random.normal(key(1), [50]).mul(0.1));

const loss = ({ slope, offset }: Line) => x.mul(slope).add(offset).sub(y).square().mean();

// One step returns the loss and the new parameters; the gradient is a tree like the parameters. The
// step is traced once and runs many times.
const step = compile((line: Line, rate: Tensor) => {
  const [value, gradient] = valueAndGrad(loss)(line);
  return { value, line: zipTrees((p, g) => p.sub(g.mul(rate)), line, gradient) };
});

let line: Line = { slope: tensor(0), offset: tensor(0) };
for (let i = 0; i <= 100; i++) {
  const next = step(line, tensor(0.5));
  if (i % 20 === 0) console.log(`step ${i}: loss ${(await next.value.item()).toFixed(6)}`);
  line = next.line;
}
console.log('descent found   ', await line.slope.item(), await line.offset.item());

// The normal equations: slope = Σ (x − x̄)(y − ȳ) / Σ (x − x̄)², offset = ȳ − slope · x̄.
const centred = x.sub(x.mean());
const slope = centred.mul(y.sub(y.mean())).sum().div(centred.square().sum());
const exact = { slope, offset: y.mean().sub(slope.mul(x.mean())) };
console.log('the exact answer', await exact.slope.item(), await exact.offset.item());

// mapTree applies a function to each tensor of a tree: here the difference from the exact solution.
const apart = mapTree(
  zipTrees((a, b) => a.sub(b), line, exact),
  (d) => d.abs(),
);
console.log('apart by at most', await apart.slope.maximum(apart.offset).item());
