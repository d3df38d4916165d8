import { rate, type Library } from '../library.ts';
import type { Input, Inputs } from '../inputs.ts';
import { draws, lanes } from '../workloads.ts';
import type * as Cotangent from '../../../src/index.ts';
import type { Tensor } from '../../../src/index.ts';

// What users get, not the sources: a runner of TypeScript changes how functions are made.
const built = new URL('../../../dist/node/cotangent.js', import.meta.url).href;
const ct = (await import(built)) as typeof Cotangent;

const tensorOf = ({ data, shape }: Input): Tensor => ct.tensor(data, { shape: [...shape] });
const tensorsOf = <K extends string>(inputs: Inputs, ...names: K[]): Record<K, Tensor> =>
  Object.fromEntries(names.map((name) => [name, tensorOf(inputs[name]!)])) as Record<K, Tensor>;

type Weights = Record<string, Tensor>;

/** A step of descent as one compiled function. */
function training(
  weights: Weights,
  loss: (w: Weights, data: Weights) => Tensor,
  data: Weights,
): ReturnType<NonNullable<Library['kinds']['perceptron']>> {
  const step = ct.compile((w: Weights, d: Weights, rate: number) => {
    const [value, slope] = ct.valueAndGrad((w: Weights) => loss(w, d))(w);
    return { value, next: ct.zipTrees((a, b) => a.sub(b.mul(rate)), w, slope) };
  });
  return {
    async call() {
      const { value, next } = step(weights, data, rate) as { value: Tensor; next: Weights };
      const read = await value.data();
      value.dispose();
      Object.values(weights).forEach((t) => t.dispose());
      weights = next;
      return [read];
    },
    state: () => Promise.all(Object.values(weights).map((t) => t.data())),
  };
}

type Layers = Record<'w1' | 'b1' | 'w2' | 'b2', Tensor>;
const perceptron = (w: Layers, { x, labels }: Record<'x' | 'labels', Tensor>): Tensor =>
  ct.crossEntropy(x.matmul(w.w1).add(w.b1).relu().matmul(w.w2).add(w.b2), labels);

const rules = {
  sum: () => ct.sumLanes(),
  PCGrad: () => ct.pcgrad({ key: ct.key(1) }),
  MGDA: () => ct.mgda(),
};

const chain = (x: Tensor): Tensor => {
  let y = x;
  for (let i = 0; i < 50; i++) y = y.mul(x).add(x);
  return y.sum();
};

export const library: Library = {
  backend: () => ct.device(),
  start: async () => {
    await ct.setDevice('webasm');
  },
  kinds: {
    perceptron(inputs) {
      const weights = tensorsOf(inputs, 'w1', 'b1', 'w2', 'b2');
      return training(weights, perceptron as never, tensorsOf(inputs, 'x', 'labels'));
    },
    convolution(inputs) {
      const loss = ({ c1, c2, w, b }: Weights, { x, labels }: Weights): Tensor => {
        const features = ct.conv2d(ct.conv2d(x!, c1!).relu(), c2!).relu();
        return ct.crossEntropy(ct.maxPool2d(features, { size: 2 }).reshape([32, 2304]).matmul(w!).add(b!), labels!);
      };
      return training(tensorsOf(inputs, 'c1', 'c2', 'w', 'b'), loss, tensorsOf(inputs, 'x', 'labels'));
    },
    matmul(inputs, variant) {
      const { a, b } = tensorsOf(inputs, 'a', 'b');
      const product = ct.compile((a: Tensor, b: Tensor) =>
        (variant === 'a' ? a.transpose() : a).matmul(variant === 'b' ? b.transpose() : b),
      );
      return {
        async call() {
          const y = product(a, b);
          const read = await y.data();
          y.dispose();
          return [read];
        },
      };
    },
    tanhSum(inputs) {
      const { x } = tensorsOf(inputs, 'x');
      return derivative((x) => x.mul(x).add(1).tanh().sum(), x);
    },
    crossEntropy(inputs) {
      const { x, labels } = tensorsOf(inputs, 'x', 'labels');
      return derivative((x, labels) => ct.crossEntropy(x, labels!), x, labels);
    },
    chain(inputs) {
      const { x } = tensorsOf(inputs, 'x');
      return { call: async () => [await ct.grad(chain)(x).data()] };
    },
    chainCompiled(inputs) {
      const { x } = tensorsOf(inputs, 'x');
      const slope = ct.compile((x: Tensor) => ct.grad(chain)(x));
      return { call: async () => [await slope(x).data()] };
    },
    heads(inputs, rule) {
      const { draw, ...data } = tensorsOf(inputs, 'x', 'targets', 'draw');
      const merge =
        rule === 'GradDrop' ? ct.signDrop({ draw, marginalize: 'batch' }) : rules[rule as keyof typeof rules]();
      const loss = (w: Weights, { x, targets }: Weights): Tensor => {
        const h = x!.matmul(w.w!).add(w.b!).relu();
        const logits = ct.fanOut(h, lanes, merge).matmul(w.heads!);
        return ct.bceWithLogits(logits, targets!).mul(lanes);
      };
      return training(tensorsOf(inputs, 'w', 'b', 'heads'), loss, data);
    },
    hessianVector(inputs) {
      const w = tensorsOf(inputs, 'w1', 'w2');
      const v = tensorsOf(inputs, 'v1', 'v2');
      const rest = tensorsOf(inputs, 'b1', 'b2', 'x', 'labels');
      const product = ct.compile((w: Weights, v: Weights, rest: Weights) =>
        ct.hvp((w: Weights) => perceptron({ ...rest, ...w } as Layers, rest as never), [w], [v]),
      );
      return {
        async call() {
          const y = product(w, { w1: v.v1, w2: v.v2 }, rest) as Weights;
          const read = await Promise.all([y.w1!.data(), y.w2!.data()]);
          y.w1!.dispose();
          y.w2!.dispose();
          return read;
        },
      };
    },
    signDrop(inputs) {
      const { g, h } = tensorsOf(inputs, 'g', 'h');
      const u = tensorOf(inputs.draws!);
      const each = Array.from({ length: draws }, (_, i) => u.at(i));
      const merge = ct.compile((g: Tensor, h: Tensor, u: Tensor[]) =>
        u.map((draw) => ct.signDrop({ draw, marginalize: 'none' })(g, h)),
      );
      return {
        async call() {
          const y = merge(g, h, each) as Tensor[];
          const read = await Promise.all(y.map((t) => t.data()));
          y.forEach((t) => t.dispose());
          return read;
        },
      };
    },
  },
};

function derivative(
  f: (...args: Tensor[]) => Tensor,
  ...args: Tensor[]
): ReturnType<NonNullable<Library['kinds']['tanhSum']>> {
  const both = ct.compile((...args: Tensor[]) => ct.valueAndGrad(f)(...args));
  return {
    async call() {
      const [value, slope] = both(...args) as [Tensor, Tensor];
      const read = await Promise.all([value.data(), slope.data()]);
      value.dispose();
      slope.dispose();
      return read;
    },
  };
}
