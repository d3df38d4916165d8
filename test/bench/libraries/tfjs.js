// TensorFlow.js on its WebAssembly backend; eager, for it compiles nothing.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { rate } from '../library.ts';

const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');
const { setWasmPaths } = require('@tensorflow/tfjs-backend-wasm');

const tensorOf = ({ data, shape }) => tf.tensor(data, [...shape]);
const tensorsOf = (inputs, ...names) => Object.fromEntries(names.map((name) => [name, tensorOf(inputs[name])]));

async function read(tensors) {
  const values = await Promise.all(tensors.map((t) => t.data()));
  tf.dispose(tensors);
  return values;
}

/** valueGrads(...weights) gives { value, grads }. */
function training(weights, valueGrads) {
  return {
    async call() {
      const [value, ...next] = tf.tidy(() => {
        const { value, grads } = valueGrads(...weights);
        return [value, ...weights.map((w, i) => w.sub(grads[i].mul(rate)))];
      });
      tf.dispose(weights);
      weights = next;
      return read([value]);
    },
    state: () => Promise.all(weights.map((t) => t.data())),
  };
}

const chain = (x) => {
  let y = x;
  for (let i = 0; i < 50; i++) y = y.mul(x).add(x);
  return y.sum();
};

const derivative = (f, x) => ({
  call() {
    const { value, grad } = tf.tidy(() => tf.valueAndGrad(f)(x));
    return read([value, grad]);
  },
});

/** log(1 + exp z), stable, of operations whose gradients the backend has. */
const softplus = (z) => z.relu().add(z.abs().neg().exp().add(1).log());

const binary = (logits, targets, batch) =>
  softplus(logits)
    .sub(logits.mul(targets))
    .sum()
    .mul(1 / batch);

function graddrop({ x, targets, draw }) {
  const batch = x.shape[0];
  const trunk = (w, b) => x.matMul(w).add(b).relu();
  const head = (t) => (h, w) => binary(h.matMul(w), t, batch);
  return (w, b, heads) => {
    const h = trunk(w, b);
    const each = tf.unstack(heads);
    const passes = tf.unstack(targets).map((t, i) => tf.valueAndGrads(head(t))([h, each[i]]));
    const g = tf.stack(passes.map(({ grads }) => grads[0]));
    const signed = g.mul(h.sign()).sum(1, true);
    const size = signed.abs().sum(0);
    const none = size.equal(0).cast('float32');
    const purity = signed.sum(0).div(size.add(none)).add(1).mul(0.5);
    // Numbers, not booleans: the backend does not repeat booleans rightly.
    const up = purity.greater(draw).cast('float32');
    const positive = signed.greaterEqual(0).cast('float32').mul(up);
    const negative = signed.lessEqual(0).cast('float32').mul(up.neg().add(1));
    const merged = g.mul(positive.add(negative)).sum(0);
    const [dw, db] = tf.grads(trunk)([w, b], merged);
    return {
      value: tf.addN(passes.map(({ value }) => value)),
      grads: [dw, db, tf.stack(passes.map(({ grads }) => grads[1]))],
    };
  };
}

export const library = {
  backend: () => 'wasm',
  async start() {
    setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
    await tf.setBackend('wasm');
    await tf.ready();
  },
  kinds: {
    perceptron(inputs) {
      const { x, oneHot } = tensorsOf(inputs, 'x', 'oneHot');
      const loss = (w1, b1, w2, b2) =>
        tf.losses.softmaxCrossEntropy(oneHot, x.matMul(w1).add(b1).relu().matMul(w2).add(b2));
      return training(Object.values(tensorsOf(inputs, 'w1', 'b1', 'w2', 'b2')), (...w) => tf.valueAndGrads(loss)(w));
    },
    matmul(inputs, variant) {
      const { a, b } = tensorsOf(inputs, 'a', 'b');
      return { call: () => read([tf.matMul(a, b, variant === 'a', variant === 'b')]) };
    },
    tanhSum: ({ x }) => derivative((x) => x.mul(x).add(1).tanh().sum(), tensorOf(x)),
    crossEntropy(inputs) {
      const { x, oneHot } = tensorsOf(inputs, 'x', 'oneHot');
      return derivative((x) => tf.losses.softmaxCrossEntropy(oneHot, x), x);
    },
    chain(inputs) {
      const x = tensorOf(inputs.x);
      return { call: () => read([tf.tidy(() => tf.grad(chain)(x))]) };
    },
    heads(inputs, rule) {
      const weights = Object.values(tensorsOf(inputs, 'w', 'b', 'heads'));
      const { x, targets, draw } = tensorsOf(inputs, 'x', 'targets', 'draw');
      const batch = x.shape[0];
      // Heads of one output each are the columns of one matrix, which serves it better than a batch of products.
      const columns = (t) => t.squeeze([2]).transpose();
      const expected = columns(targets);
      const loss = (w, b, heads) => binary(x.matMul(w).add(b).relu().matMul(columns(heads)), expected, batch);
      return training(weights, rule === 'sum' ? (...w) => tf.valueAndGrads(loss)(w) : graddrop({ x, targets, draw }));
    },
  },
};
