import fc from 'fast-check';
import { fanOut, grad, gradDrop, hvp, jvp, key, tensor, vmap, type Tensor } from 'cotangent';
import { record, type Trace } from 'cotangent/inspect';

const losses = (h: Tensor): Tensor => {
  const lanes = gradDrop(h, 2, { key: key(1), marginalize: 'none' });
  const first = lanes
    .at(0)
    .mul(tensor([3, 7]))
    .tanh()
    .sum();
  return first.add(
    lanes
      .at(1)
      .mul(tensor([1, -3]))
      .sum(),
  );
};
const product = (x: Tensor): Tensor => x.mul(x.tanh());

/** Programs that together have all that a picture knows: sweeps of three kinds, lanes, loops. */
const programs: Readonly<Record<string, () => Promise<unknown>>> = {
  'one derivative': () => grad(product)(0.5).item(),
  'a derivative of a derivative': () => grad(grad(product))(0.5).item(),
  'two lanes': () => grad(losses)(tensor([1, 1])).array(),
  'a fan-out of three': () =>
    grad((h: Tensor) =>
      fanOut(h, 3, (g) => g.max({ axis: 0 }))
        .square()
        .sum(),
    )(tensor([1, 2])).array(),
  'forward mode': () => jvp(product, [0.5], [1])[1].item(),
  'forward over reverse': () => hvp((x: Tensor) => x.pow(3).sum(), [tensor([1, 2])], [tensor([1, 0])]).array(),
  'a batch of gradients': () => vmap(grad(losses))(tensor([1, 1, 2, 2]).reshape([2, 2])).array(),
  'four steps of descent': () => {
    let x = tensor([1, 2]);
    for (let i = 0; i < 4; i++) x = x.sub(grad((p: Tensor) => p.square().sum())(x).mul(0.1));
    return x.array();
  },
  'a hundred sines': () => {
    const f = (x: Tensor): Tensor => {
      let y = x;
      for (let i = 0; i < 100; i++) y = y.sin();
      return y.mul(x);
    };
    return grad(f)(1).item();
  },
  'no derivative': () => tensor([1, 2]).mul(2).add(1).array(),
};

const traces = new Map<string, Promise<Trace>>();

/** The names of the recorded programs. */
export const names = Object.keys(programs);

/** Returns the trace of a program. Each is recorded once. */
export function traceOf(name: string): Promise<Trace> {
  if (!traces.has(name))
    traces.set(
      name,
      record(programs[name]!).then(({ trace }) => trace),
    );
  return traces.get(name)!;
}

const unary = ['tanh', 'sin', 'square', 'neg', 'relu'] as const;
const binary = ['add', 'mul', 'sub', 'maximum'] as const;

/** One operation of a random program: its name and the places of its inputs among the results. */
export interface RandomStep {
  readonly op: (typeof unary)[number] | (typeof binary)[number] | 'sum' | 'flip' | 'fan';
  readonly a: number;
  readonly b: number;
}

/** Random programs of up to 24 operations on two arrays. */
export const steps: fc.Arbitrary<readonly RandomStep[]> = fc.array(
  fc.record({ op: fc.constantFrom(...unary, ...binary, 'sum', 'flip', 'fan'), a: fc.nat(40), b: fc.nat(40) }),
  { minLength: 1, maxLength: 24 },
);

/** Records the derivative, of first or second order, of the sum of a random program's results. */
export async function recorded(list: readonly RandomStep[], order: 1 | 2): Promise<Trace> {
  const f = (x: Tensor): Tensor => {
    const values = [x, tensor([0.5, -0.25, 1])];
    for (const { op, a, b } of list) {
      const [first, second] = [values[a % values.length]!, values[b % values.length]!];
      if (op === 'sum') values.push(first.sum().add(second));
      else if (op === 'flip') values.push(first.flip().mul(second));
      else if (op === 'fan') {
        const lanes = fanOut(first, 2, (g) => g.sum({ axis: 0 }));
        values.push(lanes.at(0).mul(second).add(lanes.at(1)));
      } else if ((unary as readonly string[]).includes(op)) values.push(first[op as 'tanh']());
      else values.push(first[op as 'add'](second));
    }
    return values
      .slice(-3)
      .reduce((s, v) => s.add(v))
      .sum();
  };
  const slope = (x: Tensor): Tensor => grad(f)(x).sum();
  const { trace } = await record(() => (order === 1 ? grad(f) : grad(slope))(tensor([0.3, 0.6, -0.9])).array());
  return trace;
}
