import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { complaint, judge, longest, processorTime } from './fuzz/judge.ts';
import { Random } from './fuzz/random.ts';
import { inputOf, targets } from './fuzz/targets.ts';

beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

/** `npm run fuzz` tries more of the same inputs; these are the first of another seed. */
test.each(targets)('$name: whatever is read is whole, whatever is not is refused by name', async (target) => {
  let [read, refused] = [0, 0];
  for (let i = 0; i < 400; i++) {
    const data = inputOf(target, new Random(7, i));
    const result = await judge(target.read, data).catch((error: unknown) => {
      throw new Error(`input ${i} of seed 7 for ${target.name}`, { cause: error });
    });
    if (typeof result === 'string') refused++;
    else read++;
  }
  // A grammar of which all is refused, or nothing, would try little.
  expect(Math.min(read, refused)).toBeGreaterThan(4);
});

const reading = (result: unknown) => judge(async () => result, new Uint8Array());
const failing = (error: Error) => judge(() => Promise.reject(error), new Uint8Array());

test('the judge sees what it looks for', async () => {
  await expect(failing(new TypeError('idx: small at byte 0: expected a, got b'))).rejects.toThrow(TypeError);
  await expect(failing(new Error('no'))).rejects.toThrow('no');
  expect(await failing(new Error('idx: small at byte 0: expected a, got b'))).toMatch(complaint);
  await expect(reading({ a: Object.create({ b: 1 }) as unknown })).rejects.toThrow('must be plain');
  await expect(reading({ data: new Uint8Array(3), shape: [2] })).rejects.toThrow(
    '3 numbers must have their shape, got 2',
  );
  await expect(
    judge(async () => {
      const end = processorTime() + longest + 200;
      while (processorTime() < end);
    }, new Uint8Array()),
  ).rejects.toThrow('must not hang');
});
