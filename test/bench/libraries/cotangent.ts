import { rate, type Library, type Plan, type Ready } from '../library.ts';
import type { Input, Inputs } from '../inputs.ts';
import type * as Cotangent from '../../../src/index.ts';
import type { Tensor } from '../../../src/index.ts';

// What users get, not the sources: a runner of TypeScript changes how functions are made.
const place = `../../../dist/${'document' in globalThis ? 'browser' : 'node'}/cotangent.js`;
const ct = (await import(/* @vite-ignore */ new URL(place, import.meta.url).href)) as typeof Cotangent;

const tensorOf = ({ data, shape }: Input): Tensor => ct.tensor(data, { shape: [...shape] });
const tensorsOf = <K extends string>(inputs: Inputs, ...names: K[]): Record<K, Tensor> =>
  Object.fromEntries(names.map((name) => [name, tensorOf(inputs[name]!)])) as Record<K, Tensor>;

type Weights = Record<string, Tensor>;
type Loss = (w: Weights, data: Weights) => Tensor;
type Step = (w: Weights, data: Weights, rate: number) => { value: Tensor; next: Weights };

async function planOf(compiled: unknown): Promise<Plan> {
  const live = ct.memory().bytes;
  const { steps } = await ct.explain(compiled as Tensor);
  return { steps: steps.length, bytes: steps.reduce((sum, step) => sum + step.bytes, 0), live };
}

async function readAll(tensors: readonly Tensor[]): Promise<ArrayLike<number>[]> {
  const values = await Promise.all(tensors.map((t) => t.data()));
  tensors.forEach((t) => t.dispose());
  return values;
}

const descend =
  (loss: Loss): Step =>
  (w, d, rate) => {
    const [value, slope] = ct.valueAndGrad((w: Weights) => loss(w, d))(w);
    return { value, next: ct.zipTrees((a, b) => a.sub(b.mul(rate)), w, slope) };
  };

/** A step of training as one compiled function. */
function training(weights: Weights, step: Step, data: Weights): Ready {
  const compiled = ct.compile(step as never) as unknown as Step;
  return {
    async call() {
      const { value, next } = compiled(weights, data, rate);
      const read = await readAll([value]);
      Object.values(weights).forEach((t) => t.dispose());
      weights = next;
      return read;
    },
    state: () => Promise.all(Object.values(weights).map((t) => t.data())),
    plan: () => planOf(compiled),
  };
}

/** A compiled function of data that stays the same. */
function repeated(f: (...args: Tensor[]) => Tensor[], ...args: Tensor[]): Ready {
  const compiled = ct.compile(f as never) as unknown as typeof f;
  return {
    call: () => readAll(compiled(...args)),
    async timed() {
      const y = await ct.realize(compiled(...args));
      y.forEach((t) => t.dispose());
    },
    plan: () => planOf(compiled),
  };
}

/** The same, where reading the results is part of the work. */
function read(f: (...args: Tensor[]) => Tensor[], ...args: Tensor[]): Ready {
  const { call, plan } = repeated(f, ...args);
  return { call, plan: plan! };
}

type Layers = Record<'w1' | 'b1' | 'w2' | 'b2', Tensor>;
const perceptron = (w: Layers, { x, labels }: Record<'x' | 'labels', Tensor>): Tensor =>
  ct.crossEntropy(x.matmul(w.w1).add(w.b1).relu().matmul(w.w2).add(w.b2), labels);

const chain = (x: Tensor): Tensor => {
  let y = x;
  for (let i = 0; i < 50; i++) y = y.mul(x).add(x);
  return y.sum();
};

const pool = (x: Tensor): Tensor => ct.maxPool2d(x, { size: 2 });

/** Features [N, 400] of images. */
const trunk = ({ c1, c2 }: Weights, x: Tensor): Tensor =>
  pool(ct.conv2d(pool(ct.conv2d(x, c1!).relu()), c2!).relu()).reshape([x.shape[0]!, 400]);

const rules = {
  sum: () => ct.sumLanes(),
  GradNorm: () => ct.sumLanes(),
  GradDrop: (draw: Tensor) => ct.signDrop({ draw, marginalize: 'batch' }),
  PCGrad: () => ct.pcgrad({ key: ct.key(1) }),
  MGDA: () => ct.mgda(),
};

/** GradNorm's weights go from step to step with those that they weight. */
function balanced(lanes: number): { readonly step: Step; readonly state: Weights } {
  const weighting = ct.gradNorm({ alpha: 1.5 });
  const step: Step = ({ weights, first, steps, ...w }, { x, targets }, rate) => {
    const seen: { losses?: Tensor; norms?: Tensor } = {};
    const [value, slope] = ct.valueAndGrad((w: Weights) => {
      const h = ct.fanOut(trunk(w, x!), lanes, (g) => {
        seen.norms = g.reshape([lanes, g.size / lanes]).norm({ axis: 1 });
        return g.sum({ axis: 0 });
      });
      const logits = h.matmul(w.heads!);
      seen.losses = logits
        .softplus()
        .sub(logits.mul(targets!))
        .mean({ axis: [1, 2] });
      return seen.losses.mul(weights!).sum();
    })(w);
    const next = ct.zipTrees((a, b) => a.sub(b.mul(rate)), w, slope);
    const norms = seen.norms!.div(weights!);
    const state = { weights: weights!, first: first!, steps: steps! };
    const [, moved] = weighting.apply(ct.stopGradient(seen.losses!), state, { norms });
    return { value, next: { ...next, ...moved } };
  };
  return { step, state: weighting.init(lanes) as never };
}

export const library: Library = {
  backend: () => ct.device(),
  start: (backend) => ct.setDevice(backend as 'webasm'),
  kinds: {
    perceptron(inputs) {
      const weights = tensorsOf(inputs, 'w1', 'b1', 'w2', 'b2');
      return training(weights, descend(perceptron as never), tensorsOf(inputs, 'x', 'labels'));
    },
    convolution(inputs) {
      const loss: Loss = ({ c1, c2, w, b }, { x, labels }) => {
        const features = pool(ct.conv2d(ct.conv2d(x!, c1!).relu(), c2!).relu());
        return ct.crossEntropy(features.reshape([32, 2304]).matmul(w!).add(b!), labels!);
      };
      return training(tensorsOf(inputs, 'c1', 'c2', 'w', 'b'), descend(loss), tensorsOf(inputs, 'x', 'labels'));
    },
    matmul(inputs, variant) {
      const { a, b } = tensorsOf(inputs, 'a', 'b');
      const product = (a: Tensor, b: Tensor): Tensor[] => [
        (variant === 'a' ? a.transpose() : a).matmul(variant === 'b' ? b.transpose() : b),
      ];
      return read(product as never, a, b);
    },
    tanhSum(inputs) {
      const f = (x: Tensor): Tensor => x.mul(x).add(1).tanh().sum();
      return read((x) => [...ct.valueAndGrad(f)(x!)], tensorOf(inputs.x!));
    },
    crossEntropy(inputs) {
      const { x, labels } = tensorsOf(inputs, 'x', 'labels');
      const f = (x: Tensor, labels: Tensor): Tensor => ct.crossEntropy(x, labels);
      return read((x, labels) => [...ct.valueAndGrad(f)(x!, labels!)], x, labels);
    },
    chain(inputs) {
      const x = tensorOf(inputs.x!);
      return { call: () => readAll([ct.grad(chain)(x)]), plan: () => planOf(ct.grad(chain)(x)) };
    },
    chainCompiled: (inputs) => read((x) => [ct.grad(chain)(x!)], tensorOf(inputs.x!)),
    heads(inputs, rule) {
      const { draw, ...data } = tensorsOf(inputs, 'x', 'targets', 'draw');
      const weights: Weights = tensorsOf(inputs, 'c1', 'c2', 'heads');
      const lanes = data.targets.shape[0]!;
      if (rule === 'GradNorm') {
        const { step, state } = balanced(lanes);
        return training({ ...weights, ...state }, step, data);
      }
      const merge = rules[rule as keyof typeof rules](draw);
      const loss: Loss = (w, { x, targets }) =>
        ct.bceWithLogits(ct.fanOut(trunk(w, x!), lanes, merge).matmul(w.heads!), targets!).mul(lanes);
      return training(weights, descend(loss), data);
    },
    hessianVector(inputs) {
      const names = ['w1', 'w2', 'v1', 'v2', 'b1', 'b2', 'x', 'labels'] as const;
      const tensors = tensorsOf(inputs, ...names);
      const product = (...args: Tensor[]): Tensor[] => {
        const all = Object.fromEntries(names.map((name, i) => [name, args[i]!])) as Record<
          (typeof names)[number],
          Tensor
        >;
        const loss = (w: Weights): Tensor => perceptron({ ...all, ...w } as Layers, all);
        const { w1, w2, v1, v2 } = all;
        const y = ct.hvp(loss, [{ w1, w2 }], [{ w1: v1, w2: v2 }]) as Weights;
        return [y.w1!, y.w2!];
      };
      return read(product, ...names.map((name) => tensors[name]));
    },
    map: (inputs) => read((x) => [x!.mul(x!).add(1).tanh().sum()], tensorOf(inputs.x!)),
    layers({ x, ...weights }) {
      const names = Object.keys(weights);
      const loss: Loss = (w, { x }) =>
        names
          .reduce((h, name) => h.matmul(w[name]!).relu(), x!)
          .square()
          .mean();
      return training(tensorsOf(weights, ...names), descend(loss), { x: tensorOf(x!) });
    },
    tiny({ x, count }) {
      const product = (x: Tensor): Tensor => {
        let y = x;
        for (let i = 0; i < count!.data[0]!; i++) y = y.matmul(x);
        return y;
      };
      return read((x) => [product(x!)], tensorOf(x!).mul(0.1));
    },
    signDrop(inputs) {
      const { g, h, draw } = tensorsOf(inputs, 'g', 'h', 'draw');
      return repeated((g, h, draw) => [ct.signDrop({ draw: draw!, marginalize: 'none' })(g!, h!)], g, h, draw);
    },
  },
};
