// jax-js: compiled by jit wherever it can be. An array is consumed by what it is passed to; `.ref`
// keeps it.
import { defaultDevice, grad, init, jit, jvp, lax, nn, numpy as np, tree, valueAndGrad, vjp } from '@jax-js/jax';
import { rate } from '../library.ts';

const arrayOf = ({ data, shape }) => np.array(data, { shape: [...shape] });
const arraysOf = (inputs, ...names) => Object.fromEntries(names.map((name) => [name, arrayOf(inputs[name])]));
const read = (arrays) => Promise.all(arrays.map((a) => a.data()));

/** valueGrads(weights, data) gives [loss, gradients]; `jitted` makes one program of a step. */
function training(weights, data, valueGrads, jitted = jit) {
  const step = jitted((w, d) => {
    const [value, slope] = valueGrads(tree.ref(w), d);
    return [value, tree.map((a, b) => a.sub(b.mul(rate)), w, slope)];
  });
  return {
    async call() {
      const [value, next] = step(weights, tree.ref(data));
      weights = next;
      return read([value]);
    },
    state: () => read(Object.values(tree.ref(weights))),
  };
}

const crossEntropy = (logits, oneHot, count) =>
  nn
    .logSoftmax(logits)
    .mul(oneHot)
    .sum()
    .mul(-1 / count);

const perceptron = ({ w1, b1, w2, b2 }, { x, oneHot }) => {
  const count = x.shape[0];
  const h = nn.relu(np.matmul(x, w1).add(b1));
  return crossEntropy(np.matmul(h, w2).add(b2), oneHot, count);
};

const chain = (x) => {
  let y = x.ref;
  for (let i = 0; i < 50; i++) y = y.mul(x.ref).add(x.ref);
  x.dispose();
  return y.sum();
};

const derivative = (f, ...args) => {
  const both = jit((...args) => valueAndGrad(f)(...args));
  return { call: () => read(both(...args.map((a) => a.ref))) };
};

const pool = (x, n, channels, size) => x.reshape([n, channels, size, 2, size, 2]).max([3, 5]);
const convolve = (x, filters) => nn.relu(lax.conv(x, filters, [1, 1], 'VALID'));

/** Features [N, 400] of images. */
const trunk = ({ c1, c2 }, x) => {
  const n = x.shape[0];
  const y = convolve(pool(convolve(x, c1), n, 8, 13), c2).slice([], [], [0, 10], [0, 10]);
  return pool(y, n, 16, 5).reshape([n, 400]);
};

/** Σ over everything of −log-likelihood, the mean over the batch for each head. */
const binary = (logits, targets, batch) =>
  nn
    .softplus(logits.ref)
    .sub(logits.mul(targets))
    .sum()
    .mul(1 / batch);

/** All losses at once. */
const summed = (w, { x, targets }) => {
  const batch = x.shape[0];
  const { heads, ...rest } = w;
  return binary(np.matmul(np.expandDims(trunk(rest, x), 0), heads), targets, batch);
};

/**
 * GradDrop by one pass for each loss: each head's gradient by the features, then the merge, then
 * the trunk.
 */
const graddrop = ({ heads, ...w }, { x, targets, draw }) => {
  const [batch, lanes] = [x.shape[0], targets.shape[0]];
  const [h, back] = vjp((w) => trunk(w, x), [w]);
  const head = (h, w, t) => binary(np.matmul(h, w), t, batch);
  const values = [];
  const byFeatures = [];
  const byHeads = [];
  for (let i = 0; i < lanes; i++) {
    const [value, [dh, dw]] = valueAndGrad(head, { argnums: [0, 1] })(h.ref, heads.ref.slice(i), targets.ref.slice(i));
    values.push(value);
    byFeatures.push(dh);
    byHeads.push(dw);
  }
  heads.dispose();
  targets.dispose();
  const g = np.stack(byFeatures);
  const signed = g.ref.mul(np.sign(h)).sum(1, { keepdims: true });
  const total = signed.ref.sum(0);
  const size = np.absolute(signed.ref).sum(0);
  const purity = np.where(
    size.ref.equal(0),
    0.5,
    total
      .div(np.where(size.ref.equal(0), 1, size))
      .add(1)
      .mul(0.5),
  );
  const up = purity.greater(draw);
  const keep = np.where(up, np.greaterEqual(signed.ref, 0), np.lessEqual(signed, 0));
  const merged = np.where(keep, g, 0).sum(0);
  const [dw] = back(merged);
  return [np.stack(values).sum(), { ...dw, heads: np.stack(byHeads) }];
};

let running;

export const library = {
  backend: () => running,
  async start(backend) {
    await init(backend);
    running = defaultDevice(backend);
  },
  kinds: {
    perceptron(inputs) {
      const weights = arraysOf(inputs, 'w1', 'b1', 'w2', 'b2');
      return training(weights, arraysOf(inputs, 'x', 'oneHot'), valueAndGrad(perceptron));
    },
    convolution(inputs) {
      const loss = ({ c1, c2, w, b }, { x, oneHot }) => {
        const features = pool(convolve(convolve(x, c1), c2), 32, 16, 12).reshape([32, 2304]);
        return crossEntropy(np.matmul(features, w).add(b), oneHot, 32);
      };
      return training(arraysOf(inputs, 'c1', 'c2', 'w', 'b'), arraysOf(inputs, 'x', 'oneHot'), valueAndGrad(loss));
    },
    matmul(inputs, variant) {
      const { a, b } = arraysOf(inputs, 'a', 'b');
      const product = jit((a, b) =>
        np.matmul(variant === 'a' ? a.transpose() : a, variant === 'b' ? b.transpose() : b),
      );
      return { call: () => read([product(a.ref, b.ref)]) };
    },
    tanhSum: ({ x }) => derivative((x) => np.tanh(x.ref.mul(x).add(1)).sum(), arrayOf(x)),
    crossEntropy: ({ x, oneHot }) => derivative((x, q) => crossEntropy(x, q, 1024), arrayOf(x), arrayOf(oneHot)),
    chain(inputs) {
      const x = arrayOf(inputs.x);
      return { call: () => read([grad(chain)(x.ref)]) };
    },
    chainCompiled(inputs) {
      const x = arrayOf(inputs.x);
      const slope = jit(grad(chain));
      return { call: () => read([slope(x.ref)]) };
    },
    heads(inputs, rule) {
      const weights = arraysOf(inputs, 'c1', 'c2', 'heads');
      const data = arraysOf(inputs, 'x', 'targets', ...(rule === 'sum' ? [] : ['draw']));
      if (rule === 'sum') return training(weights, data, valueAndGrad(summed));
      // What jit makes of forty passes takes a WebGPU without hardware minutes to compile, and ends
      // it.
      return training(weights, data, graddrop, running === 'webgpu' ? (step) => step : jit);
    },
    hessianVector(inputs) {
      const w = arraysOf(inputs, 'w1', 'w2');
      const { v1, v2 } = arraysOf(inputs, 'v1', 'v2');
      const rest = arraysOf(inputs, 'b1', 'b2', 'x', 'oneHot');
      const product = jit((w, v, { b1, b2, x, oneHot }) => {
        const slope = grad(({ w1, w2 }) =>
          perceptron({ w1, w2, b1: b1.ref, b2: b2.ref }, { x: x.ref, oneHot: oneHot.ref }),
        );
        const [first, second] = jvp(slope, [w], [v]);
        tree.dispose(first);
        return second;
      });
      return {
        call() {
          const y = product(tree.ref(w), { w1: v1.ref, w2: v2.ref }, tree.ref(rest));
          return read([y.w1, y.w2]);
        },
      };
    },
  },
};
