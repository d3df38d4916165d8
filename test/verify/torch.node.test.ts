import { beforeAll, expect, test, vi } from 'vitest';
import { againstTorch } from '../../examples/verify/torch/against.ts';
import { interpreter } from '../../examples/verify/torch/interpreter.ts';
import { pythonWithTorch } from '../../examples/verify/torch/python.ts';
import { setDevice } from '../../src/index.ts';

/** The program in Python, which a test may spoil. */
const program = vi.hoisted(() => ({ spoil: (text: string): string => text }));
vi.mock('../../examples/verify/torch/interpreter.ts', async (original) => {
  const { interpreter: text } = await original<{ interpreter: string }>();
  return {
    get interpreter() {
      return program.spoil(text);
    },
  };
});

const hasTorch = pythonWithTorch() !== undefined;

beforeAll(async () => {
  await setDevice('reference');
});

test.skipIf(!hasTorch)('values and derivatives of random programs are those of PyTorch', async () => {
  const { programs, numbers, problem } = await againstTorch({ runs: 30, seed: 1 });
  expect(problem).toBe(undefined);
  expect(programs).toBeGreaterThan(25);
  expect(Math.min(...Object.values(numbers))).toBeGreaterThan(3000);
});

test.skipIf(!hasTorch)('a program that PyTorch cannot compute is shown, and the others are not blamed', async () => {
  program.spoil = (text) => text.replace(`'sin': torch.sin`, `'sin': lambda x: missing`);
  try {
    const { problem } = await againstTorch({ runs: 300, seed: 1 });
    expect(problem).toMatch(/^PyTorch fails: NameError: .*missing[^]* = sin\(/);
  } finally {
    program.spoil = (text) => text;
  }
});

test.skipIf(!hasTorch).each([
  ['a value', `'cos': torch.cos`, `'cos': lambda x: torch.cos(x) + 1e-6`, /^value /],
  ['a derivative', `'relu': torch.relu`, `'relu': lambda x: torch.relu(x).detach()`, /^grad /],
  ['a tie', `'maximum': torch.maximum`, `'maximum': lambda a, b: torch.where(a >= b, a, b)`, /^grad /],
])(
  'a fault in %s of PyTorch is found, and the smallest program is shown',
  { timeout: 240_000 },
  async (_, from, to, message) => {
    program.spoil = (text) => text.replace(from, to);
    expect(interpreter).not.toContain(from);
    try {
      const { problem } = await againstTorch({ runs: 300, seed: 1 });
      expect(problem).toMatch(message);
      expect(problem!.split('\n').filter((line) => / = /.test(line)).length).toBeLessThan(12);
    } finally {
      program.spoil = (text) => text;
    }
  },
);

test.skipIf(hasTorch)('without PyTorch one line says how to get it', async () => {
  await expect(againstTorch({ runs: 1, seed: 1 })).rejects.toThrow(
    /^--against: a Python must have PyTorch, .*python3-torch/,
  );
});
