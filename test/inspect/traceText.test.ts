import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grad, tensor, type Tensor } from 'cotangent';
import { readTrace, record, writeTrace, type Trace } from 'cotangent/inspect';

const traced = async (): Promise<Trace> => {
  const f = (x: Tensor): Tensor => x.mul(x.exp()).sum();
  return (await record(() => grad(f)(tensor([NaN, Infinity, -Infinity, -0, 1])).data())).trace;
};

test('a trace as text and back is the same, NaN, infinities and −0 included', async () => {
  const trace = await traced();
  expect(readTrace(writeTrace(trace))).toEqual(trace);
  expect(Object.is(readTrace(writeTrace(trace)).nodes[0]!.values!.first[3], -0)).toBe(true);
});

test.each<[string, RegExp]>([
  ['', /^readTrace: the text must be a trace in JSON: /],
  ['[]', /^readTrace: a trace of version 1 is needed, got \[\]/],
  ['{"version":2}', /^readTrace: a trace of version 1 is needed/],
  ['{"version":1,"nodes":{}}', /^readTrace: nodes must be a list, got { {2}}/],
  ['{"version":1,"nodes":[{"id":1}]}', /^readTrace: nodes\[0\] is not as a trace has it, got { id }/],
])('the text %j is refused', (text, message) => {
  expect(() => readTrace(text)).toThrow(message);
});

test('a damaged trace is refused with a sentence, or names only nodes that it has', async () => {
  const whole = writeTrace(await traced());
  let refused = 0;
  fc.assert(
    fc.property(fc.nat(whole.length), fc.constantFrom('', '-', '9', '"', '[', ',{}', 'null', '1e9'), (at, put) => {
      const text = whole.slice(0, at) + put + whole.slice(at + 1);
      let trace: Trace;
      try {
        trace = readTrace(text);
      } catch (error) {
        expect((error as Error).message).toMatch(/^readTrace: /);
        refused++;
        return;
      }
      for (const [i, n] of trace.nodes.entries()) expect(n.inputs.every((x) => x >= 0 && x < i)).toBe(true);
      for (const s of trace.sweeps)
        for (const v of s.visits) expect([v.node, v.cotangent, ...v.terms].every((x) => trace.nodes[x])).toBe(true);
    }),
    { numRuns: 500 },
  );
  expect(refused).toBeGreaterThan(250);
});
