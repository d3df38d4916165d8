import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explain, grad, linspace, setDevice, tensor, type DeviceName, type Tensor } from 'cotangent';
import { kernelsOf, toData } from 'cotangent/inspect';
import fc from 'fast-check';
import { build, results } from '../../src/testing/programs/program.ts';
import { programs } from '../../src/testing/programs/arbitrary.ts';

const loss = (w: Tensor): Tensor => linspace(0, 1, 12).reshape([4, 3]).matmul(w).tanh().square().sum();

afterAll(() => setDevice('webasm'));

describe.each<DeviceName>(['webasm', 'cpu', 'reference'])('kernels on %s', (name) => {
  beforeAll(() => setDevice(name));

  test('are those of explain, and name the nodes that they compute and read', async () => {
    const w = (): Tensor => tensor([[1, 2], [3, 4], [5, 6]]); // prettier-ignore
    const data = await toData(grad(loss)(w()));
    const { device, steps } = await kernelsOf(data);
    expect(device).toBe(name);
    const explained = await explain(grad(loss)(w()));
    expect(steps.map(({ ids: _, variables: __, ...step }) => step)).toEqual(explained.steps);
    for (const { ids, shape } of steps) {
      expect(ids.root.length).toBeGreaterThan(0);
      const root = ids.root.map((i) => data.nodes[i]!);
      expect(root.some((n) => n.shape.join() === shape.join())).toBe(true);
    }
    expect(steps.at(-1)!.ids.root).toContain(data.outputs[0]);
  });

  test('read leaves and what earlier ones store', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(programs(), async (program) => {
        const made = build(program);
        const data = await toData(results(program).map((i) => made[i]!));
        const { steps } = await kernelsOf(data);
        const stored = new Set([...data.nodes.keys()].filter((i) => data.nodes[i]!.inputs.length === 0));
        for (const { ids, fused } of steps) {
          for (const i of ids.inputs) if (name !== 'reference') expect(stored.has(i)).toBe(true);
          expect(ids.fused.length === 0 || fused.length > 0).toBe(true);
          ids.root.forEach((i) => stored.add(i));
        }
        if (name !== 'reference') for (const o of data.outputs) expect(stored.has(o)).toBe(true);
      }),
      { numRuns: name === 'reference' ? 30 : 10 },
    );
  });
});
