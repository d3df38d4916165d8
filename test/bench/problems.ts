import { between, labels, normal, oneHot, zeros, type Inputs } from './inputs.ts';

/** A network with one hidden layer, and a batch with its classes. */
export function perceptron(batch: number, [from, hidden, to]: readonly [number, number, number]): Inputs {
  const classes = labels(5, [batch], to);
  return {
    x: normal(1, [batch, from]),
    labels: classes,
    oneHot: oneHot(classes, to),
    w1: normal(2, [from, hidden], Math.sqrt(2 / from)),
    b1: zeros([hidden]),
    w2: normal(3, [hidden, to], Math.sqrt(1 / hidden)),
    b2: zeros([to]),
  };
}

const images = normal(1, [32, 1, 28, 28]);
const filters = {
  c1: normal(2, [8, 1, 3, 3], Math.sqrt(2 / 9)),
  c2: normal(3, [16, 8, 3, 3], Math.sqrt(2 / 72)),
};

/**
 * Two convolutions of 3×3 without padding, 8 and 16 channels, pooling of 2×2, one layer to ten
 * classes.
 */
export function convolution(): Inputs {
  const classes = labels(6, [32], 10);
  return {
    x: images,
    ...filters,
    labels: classes,
    oneHot: oneHot(classes, 10),
    w: normal(4, [2304, 10], Math.sqrt(1 / 2304)),
    b: zeros([10]),
  };
}

/**
 * The same convolutions with pooling after each, which makes 400 features, and on them so many
 * heads with a loss each.
 */
export function heads(lanes: number): Inputs {
  return {
    x: images,
    ...filters,
    targets: labels(2, [lanes, 32, 1], 2),
    heads: normal(4, [lanes, 400, 1], Math.sqrt(1 / 400)),
    draw: between(5, [1, 400], 0, 1),
  };
}

/** So many layers of width 64 on a batch of 32. */
export function deep(layers: number): Inputs {
  const x = normal(1, [32, 64]);
  const weights = Array.from({ length: layers }, (_, i) => [`w${i}`, normal(2 + i, [64, 64], Math.sqrt(2 / 64))]);
  return { x, ...(Object.fromEntries(weights) as Inputs) };
}
