import { expect, test } from 'vitest';
import { setDevice, signDrop, tensor, type SignDropOptions, type Tensor } from '../../src/index.ts';
import { body } from '../../src/kernel/body.ts';
import { foldsOfSide, type Code, type Nest } from '../../src/kernel/code.ts';
import { usesOf } from '../../src/kernel/uses.ts';
import { planKey } from '../../src/schedule/cache.ts';
import { schedule } from '../../src/schedule/plan.ts';

await setDevice('cpu');

const g = tensor(
  Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)),
  { shape: [3, 8] },
);
const h = tensor(Float32Array.from({ length: 8 }, (_, i) => Math.cos(i)));
const draw = tensor(Float32Array.from({ length: 8 }, (_, i) => (i + 0.5) / 8));
const merged = (options: SignDropOptions): Tensor => signDrop({ draw, marginalize: 'none', ...options })(g, h);

/**
 * The loops of the one kernel: all of them, and those that run for every element, outside of what
 * one side of a choice needs alone.
 */
function loops(options: SignDropOptions): { all: number; always: number } {
  const { node } = merged(options);
  const { steps, isBuffer } = schedule([node], new Set(planKey([node]).leaves));
  expect(steps).toHaveLength(1);
  const { results, places } = body(steps[0]!.root, isBuffer).code;
  const always = new Set<Nest>();
  const visit = (code: Code): void => {
    if (code.kind === 'fold') {
      always.add(code.nest);
      code.nest.folds.forEach((fold) => visit(fold.value));
    } else if (code.kind === 'call' && code.name === 'where') {
      const [test, yes, no] = code.args as [Code, Code, Code];
      visit(test);
      if (foldsOfSide(yes, no, test).length === 0) visit(yes);
      if (foldsOfSide(no, yes, test).length === 0) visit(no);
    } else if (code.kind === 'call') code.args.forEach(visit);
  };
  results.forEach(visit);
  return { all: usesOf(results, places).nests.size, always: always.size };
}

test('the sign of A, which all lanes share, is read once beside lanes that are gone through once', () => {
  const always = (options: SignDropOptions): number => loops(options).always;
  expect(always({})).toBe(1);
  expect(always({ leak: 0.5 })).toBe(1);
  expect(always({ zeroSign: 'drop' })).toBe(1);
  expect(always({ zeroSign: 'positive' })).toBe(1);
  expect(always({ inputSign: false })).toBe(1);
});

test('what only numbers near the ends of float32 and places where A is 0 need is in branches', () => {
  expect(loops({})).toEqual({ all: 3, always: 1 });
});
