import { expect, test } from 'vitest';
import { grad, setDevice, tensor, type Tensor } from 'cotangent';
import { kernelsOf, toData, type GraphData, type KernelOf } from 'cotangent/inspect';

const kernels = async (device: 'cpu' | 'webasm', y: Tensor): Promise<[GraphData, readonly KernelOf[]]> => {
  await setDevice(device);
  const data = await toData([y]);
  return [data, (await kernelsOf(data)).steps];
};

const placeOf = ({ nodes }: GraphData, name: string): number => nodes.findIndex((n) => n.attrs.name === name);

test.each(['cpu', 'webasm'] as const)(
  'on %s, the variables of a node are declared in the kernel that computes it',
  async (device) => {
    const f = (x: Tensor): Tensor => x.mul(2).tanh().square().sum();
    const [data, steps] = await kernels(device, grad(f)(tensor([0.5, 1])));
    for (const { javascript, ids, variables } of steps) {
      for (const id of [...ids.root, ...ids.fused]) {
        if (data.nodes[id]!.op !== 'elementwise') continue;
        expect(variables[id]!.length).toBeGreaterThan(0);
        for (const name of variables[id]!)
          expect(javascript).toMatch(name === 'return' ? /return / : new RegExp(`(const|let) ${name} = `));
      }
    }
  },
);

test.each(['cpu', 'webasm'] as const)(
  'on %s, a variable belongs to the node whose function it computes',
  async (device) => {
    const x = tensor([0.5, 1]);
    const [data, steps] = await kernels(device, x.sin().mul(x.atan()));
    const [kernel] = steps as [KernelOf];
    const own = (name: string): readonly string[] =>
      kernel.variables[placeOf(data, name)]!.filter((v) => v !== 'return');
    const [sine, arctangent] = [own('sin'), own('atan')];
    expect(sine.filter((v) => arctangent.includes(v))).toEqual([]);
    const lineOf = (v: string): string => kernel.javascript.split('\n').find((l) => l.includes(`const ${v} =`))!;
    // 2/π begins the reduction of sin, √2 − 1 is the first bound of atan.
    expect(sine.some((v) => lineOf(v).includes('0.6366197723675814'))).toBe(true);
    expect(arctangent.some((v) => lineOf(v).includes('0.4142135623'))).toBe(true);
    expect(kernel.variables[placeOf(data, 'mul')]).toContain('return');
  },
);

test('the accumulator of a loop belongs to the sum', async () => {
  const [data, steps] = await kernels('cpu', tensor([1, 2, 3]).exp().sum());
  const at = data.nodes.findIndex((n) => n.op === 'reduce');
  const step = steps.find((s) => s.variables[at])!;
  expect(
    step.variables[at]!.some((v) => step.javascript.includes(`${v} += `) || step.javascript.includes(`let ${v} = 0`)),
  ).toBe(true);
});
