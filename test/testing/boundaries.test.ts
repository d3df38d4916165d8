import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { elementwise as table, type ElementwiseName, type Scalar } from '../../kernels/elementwise.ts';
import { rules } from '../../src/autodiff/rules.ts';
import * as g from '../../src/graph/build.ts';
import type { Node } from '../../src/graph/node.ts';
import { concat, setDevice, signDrop, type Tensor } from '../../src/index.ts';
import { claims, verify } from '../../src/testing/index.ts';
import type { Claim, Context } from '../../src/testing/claim.ts';
import { sliceOf } from '../../src/testing/claims/boundaries.ts';
import { caseFault } from '../../src/testing/claims/structuralBoundaries.ts';
import { boundaryFault } from '../../src/testing/claims/tableBoundaries.ts';
import { use } from '../../src/testing/claims/uses.ts';

const context: Context = { device: 'reference', seed: 1, runs: 100, subject: signDrop };

beforeAll(async () => {
  await setDevice('reference');
});

/** Puts back what a test has broken. */
let mend = (): void => {};
afterEach(() => mend());

/** Derivatives that are wrong at a boundary: by input 0, and what the audit says. */
const slopes: readonly (readonly [ElementwiseName, Scalar, RegExp])[] = [
  ['asin', (x) => 1 / Math.sqrt(x! < 0.5 ? 1 - x! * x! : (1 - x!) * (1 + x!)), /over/],
  ['gaussian', (x, y) => -x! * y!, /Infinity.*limit|convention/],
  ['relu', (x) => (x! >= 0 ? 1 : 0), /by convention 0/],
  ['sqrt', (x, y) => (x === 0 ? 0 : 0.5 / y!), /slopes/],
  ['maximum', (a, b) => (a! >= b! ? 1 : 0), /convention/],
  ['softplus', (x) => (x === 0 ? 1 : 1 / (1 + Math.exp(-x!))), /slopes/],
];

describe('the audit of the table', () => {
  test.each(slopes)('sees that the derivative of %s is %s', async (entry, wrong, says) => {
    const partials = table[entry].partials as (Scalar | null)[];
    const right = partials[0]!;
    mend = () => void (partials[0] = right);
    expect(await boundaryFault(entry, context)).toBeUndefined();
    partials[0] = wrong;
    expect(await boundaryFault(entry, context)).toMatch(says);
  });
});

describe('the audit of the other operations', () => {
  const flip = use('flip', [[3]], (x) => x!.flip());
  const join = use('concat', [[2], [1]], (x, y) => concat([x!, y!.mul(2)]));
  const max = use('max', [[3]], (x) => (x as Tensor).max());
  type Breakable = { vjp: unknown; jvp: unknown };
  const faults = [
    ['reverse mode forgets to flip', flip, 'flip', { vjp: (d: Node) => [d] }],
    ['forward mode joins in another order', join, 'concat', { jvp: ([s, t]: Node[]) => g.concat([t!, s!], 0) }],
  ] as const;
  test.each(faults)('sees that %s', async (_, operation, op, fault) => {
    const rule = rules[op] as Breakable;
    const right = { ...rule };
    mend = () => void Object.assign(rule, right);
    const asked = { use: operation, pool: 'finite', offset: 3 } as const;
    expect(await caseFault(asked)).toBeUndefined();
    Object.assign(rule, fault);
    expect(await caseFault(asked)).toMatch(/Jacobian by reverse mode/);
  });

  test('sees that all tied maxima get the whole derivative, in both modes', async () => {
    const rule = rules.reduce as unknown as Breakable;
    const right = { ...rule };
    mend = () => void Object.assign(rule, right);
    const hit = (t: Node, y: Node): Node => g.mul(t, g.mul(g.elementwise('equal', y.inputs[0]!, y), g.constant(2)));
    Object.assign(rule, {
      vjp: (d: Node, y: Node) => [hit(g.broadcastTo(d, y.inputs[0]!.shape), y)],
      jvp: ([t]: Node[], y: Node) => g.sum(hit(t!, y), [0]),
    });
    expect(await caseFault({ use: max, pool: 'finite', offset: 3 })).toMatch(/slopes beside it/);
  });
});

test('an audit visits a slice that follows from seed and runs, and everything if asked', async () => {
  const list = Array.from({ length: 100 }, (_, i) => i);
  const slices = list.slice(0, 30).map((seed) => sliceOf(list, { ...context, seed }));
  expect(new Set(slices.flat()).size).toBe(100);
  // However few the runs, a slice has something in it.
  for (const runs of [1, 20, 50]) expect(sliceOf(list.slice(0, 48), { ...context, runs }).length).toBeGreaterThan(0);
  expect(sliceOf(list, { ...context, all: true })).toEqual(list);
  const told: Claim = {
    ...claims[0]!,
    check: async ({ all }) => Promise.resolve({ outcome: 'holds', cases: all ? 2 : 1 }),
  };
  const cases = async (all?: boolean): Promise<number> =>
    (await verify({ claims: [told], devices: ['reference'], ...(all !== undefined && { all }) })).results[0]!.cases;
  expect([await cases(), await cases(false), await cases(true)]).toEqual([1, 1, 2]);
  await expect(verify({ all: 'yes' as never })).rejects.toThrow("verify: all must be true or false, got 'yes'");
});
