// TensorFlow.js; eager, for it compiles nothing.
import { rate } from '../library.ts';

const namespaceOf = (module) => module.default ?? module;
const tf = namespaceOf(await import('@tensorflow/tfjs'));

const tensorOf = ({ data, shape }) => tf.tensor(data, [...shape]);
const tensorsOf = (inputs, ...names) => Object.fromEntries(names.map((name) => [name, tensorOf(inputs[name])]));

async function read(tensors) {
  const values = await Promise.all(tensors.map((t) => t.data()));
  tf.dispose(tensors);
  return values;
}

/**
 * valueGrads(...weights) gives { value, grads }; `shown` are the weights as other libraries keep
 * them.
 */
function training(weights, valueGrads, shown = (weights) => weights) {
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
    state: () => Promise.all(tf.tidy(() => shown(weights)).map((t) => t.data())),
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

/**
 * A convolution by 3×3 filters of channels that come last. Its WebAssembly has no gradient by the
 * filters, so there it is a convolution too, of the images by the cotangent, with images and
 * channels in each other's place.
 */
const convolve = (x, filters) => {
  if (tf.getBackend() !== 'wasm') return tf.conv2d(x, filters, 1, 'valid');
  return tf.customGrad((x, filters, save) => {
    save([x, filters]);
    const gradFunc = (g, [x, filters]) => [
      tf.conv2dTranspose(g, filters, x.shape, 1, 'valid'),
      tf.conv2d(x.transpose([3, 1, 2, 0]), g.transpose([1, 2, 0, 3]), 1, 'valid').transpose([1, 2, 0, 3]),
    ];
    return { value: tf.conv2d(x, filters, 1, 'valid'), gradFunc };
  })(x, filters);
};

const pool = (x) => tf.maxPool(x, 2, 2, 'valid');

/** Filters as it wants them: height, width, channels in, channels out; and back. */
const inwards = (filters) => filters.transpose([2, 3, 1, 0]);
const outwards = (filters) => filters.transpose([3, 2, 0, 1]);

/** Rows of features, whose channels come last here and first elsewhere. */
const rows = (w, channels, size) => {
  const rest = w.shape.slice(1);
  return w.reshape([channels, size, size, ...rest]).transpose([1, 2, 0, ...rest.map((_, i) => 3 + i)]);
};
const rowsBack = (w, channels, size) => {
  const rest = w.shape.slice(1);
  return w.reshape([size, size, channels, ...rest]).transpose([2, 0, 1, ...rest.map((_, i) => 3 + i)]);
};

/** log(1 + exp z), stable, of operations whose gradients every backend has. */
const softplus = (z) => z.relu().add(z.abs().neg().exp().add(1).log());

const binary = (logits, targets, batch) =>
  softplus(logits)
    .sub(logits.mul(targets))
    .sum()
    .mul(1 / batch);

const trunk = (x) => (c1, c2) => pool(convolve(pool(convolve(x, c1).relu()), c2).relu()).reshape([x.shape[0], 400]);

function graddrop({ x, targets, draw }) {
  const batch = x.shape[0];
  const head = (t) => (h, w) => binary(h.matMul(w), t, batch);
  return (c1, c2, heads) => {
    const h = trunk(x)(c1, c2);
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
    const byFilters = tf.grads(trunk(x))([c1, c2], merged);
    return {
      // Its addN of more than seven is wrong on WebGPU.
      value: tf.stack(passes.map(({ value }) => value)).sum(),
      grads: [...byFilters, tf.stack(passes.map(({ grads }) => grads[1]))],
    };
  };
}

export const library = {
  backend: () => tf.getBackend(),
  async start(backend) {
    if (backend === 'wasm') {
      const { setWasmPaths } = namespaceOf(await import('@tensorflow/tfjs-backend-wasm'));
      setWasmPaths(new URL('.', import.meta.resolve('@tensorflow/tfjs-backend-wasm')).pathname);
    }
    if (backend === 'webgpu') await import('@tensorflow/tfjs-backend-webgpu');
    if (!(await tf.setBackend(backend))) throw new Error(`tfjs: ${backend} must start`);
    await tf.ready();
  },
  kinds: {
    perceptron(inputs) {
      const { x, oneHot } = tensorsOf(inputs, 'x', 'oneHot');
      const loss = (w1, b1, w2, b2) =>
        tf.losses.softmaxCrossEntropy(oneHot, x.matMul(w1).add(b1).relu().matMul(w2).add(b2));
      return training(Object.values(tensorsOf(inputs, 'w1', 'b1', 'w2', 'b2')), (...w) => tf.valueAndGrads(loss)(w));
    },
    convolution(inputs) {
      const { x, oneHot, c1, c2, w, b } = tensorsOf(inputs, 'x', 'oneHot', 'c1', 'c2', 'w', 'b');
      const images = x.transpose([0, 2, 3, 1]);
      const loss = (c1, c2, w, b) => {
        const features = pool(convolve(convolve(images, c1).relu(), c2).relu()).reshape([32, 2304]);
        return tf.losses.softmaxCrossEntropy(oneHot, features.matMul(w).add(b));
      };
      return training(
        [inwards(c1), inwards(c2), rows(w, 16, 12).reshape([2304, 10]), b],
        (...w) => tf.valueAndGrads(loss)(w),
        ([c1, c2, w, b]) => [outwards(c1), outwards(c2), rowsBack(w, 16, 12).reshape([2304, 10]), b.clone()],
      );
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
      const { x, targets, draw, c1, c2, heads } = tensorsOf(inputs, 'x', 'targets', 'draw', 'c1', 'c2', 'heads');
      const [lanes, batch] = targets.shape;
      const images = x.transpose([0, 2, 3, 1]);
      const drawn = rows(draw.transpose(), 16, 5).reshape([1, 400]);
      // Heads of one output each are the columns of one matrix, which serves it better than a batch
      // of products.
      const columns = (t) => t.squeeze([2]).transpose();
      const expected = columns(targets);
      const loss = (c1, c2, heads) => binary(trunk(images)(c1, c2).matMul(columns(heads)), expected, batch);
      // Lanes come last while features are moved.
      const moved = (t, move) =>
        move(t.squeeze([2]).transpose(), 16, 5)
          .reshape([400, lanes])
          .transpose()
          .expandDims(2);
      return training(
        [inwards(c1), inwards(c2), moved(heads, rows)],
        rule === 'sum' ? (...w) => tf.valueAndGrads(loss)(w) : graddrop({ x: images, targets, draw: drawn }),
        ([c1, c2, heads]) => [outwards(c1), outwards(c2), moved(heads, rowsBack)],
      );
    },
  },
};
