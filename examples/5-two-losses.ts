// A small network with two losses: one trunk, two heads, and a merge rule between them.
import { compile, fanOut, foldIn, gradDrop, key, linspace, random, realize, split } from 'cotangent';
import { sumLanes, valueAndGrad, zipTrees, type Key, type Tensor } from 'cotangent';

type Weights = Record<'w' | 'b' | 'first' | 'second', Tensor>;
/** Returns two lanes of the features, one for each loss. */
type Lanes = (features: Tensor, k: Key) => Tensor;

// Two functions of one number, to be learned from the same 32 points.
const x = linspace(-2, 2, 32).unsqueeze(1);
const targets = { first: x.mul(2).sin(), second: x.abs().sub(1) };

/** The mean squared error of each head on its lane of the 24 features. */
function losses({ w, b, ...heads }: Weights, k: Key, lanes: Lanes): { first: Tensor; second: Tensor } {
  const features = lanes(x.mul(w).add(b).tanh(), k);
  return {
    first: features.at(0).matmul(heads.first).sub(targets.first).square().mean(),
    second: features.at(1).matmul(heads.second).sub(targets.second).square().mean(),
  };
}

async function train(name: string, lanes: Lanes): Promise<void> {
  // One step of descent, traced once. The key and the rate are arguments like the weights.
  const step = compile((weights: Weights, k: Key, rate: Tensor | number) => {
    const total = (p: Weights) => {
      const { first, second } = losses(p, k, lanes);
      return first.add(second);
    };
    const [, slope] = valueAndGrad(total)(weights);
    return zipTrees((p, g) => p.sub(g.mul(rate)), weights, slope);
  });

  const [k1, k2, k3, k4, draws] = split(key(3), 5) as [Key, Key, Key, Key, Key];
  let weights: Weights = {
    w: random.normal(k1, [1, 24]).mul(2),
    b: random.normal(k2, [24]),
    first: random.normal(k3, [24, 1]).mul(0.2),
    second: random.normal(k4, [24, 1]).mul(0.2),
  };
  const steps = 1000;
  for (let i = 0; i <= steps; i++) {
    if (i % 250 === 0) {
      const { first, second } = await realize(losses(weights, draws, lanes));
      console.log(`${name} ${i}: ${(await first.item()).toFixed(5)} and ${(await second.item()).toFixed(5)}`);
    }
    weights = step(weights, foldIn(draws, i), 0.05 * (1 - i / (steps + 1)));
  }
  console.log(`${name}: traced ${step.traces} time`);
}

await train('sum     ', (features) => fanOut(features, 2, sumLanes()));
await train('GradDrop', (features, k) => gradDrop(features, 2, { key: k }));
// These two losses hardly disagree, so the draws mainly add noise, and the sum ends lower here.
