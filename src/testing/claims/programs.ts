import fc from 'fast-check';
import { breathe } from '../../device/breathe.ts';
import { again, Interrupted, type Claim, type Context, type Verdict } from '../claim.ts';
import { programs } from '../programs/arbitrary.ts';
import { disagreement } from '../programs/disagreement.ts';
import type { Program } from '../programs/program.ts';
import { rerunSnippet } from './snippets.ts';

const name = 'random-programs';

/**
 * The number of programs relative to the number of cases. It is small, because each program
 * compiles its own kernels.
 */
const share = { reference: 0.05, cpu: 0.03, webasm: 0.02 } as const;

const text = (program: Program): string => program.map((s) => `${s.name}(${s.inputs.join(', ')})`).join('; ');

/** Random programs on a device agree with the interpreter. */
export const randomPrograms: Claim = {
  name,
  group: 'Programs',
  statement:
    'A random program of up to 60 nodes (shared parts, views, reductions, contractions, fan-outs) and its gradient, on the device, fused and unfused, are what the float64 interpreter says, within the error that it bounds itself.',
  source: 'the bound is in docs/testing.md, Random programs',
  tolerance:
    'for each element what rounding to float32 can do to it, carried through each operation; undecided where a comparison hangs on it',
  expected: 'holds',
  devices: 'all',
  cases: () => programs(),
  contradiction: (program: Program) => disagreement(program),
  async check(context: Context): Promise<Verdict> {
    const { device, seed, runs, signal } = context;
    const usual = device in share ? share[device as keyof typeof share] : 0.01;
    let smallest: { readonly program: Program; readonly found: string } | undefined;
    const agrees = async (program: Program): Promise<boolean> => {
      await breathe();
      if (signal?.aborted) return true;
      const found = await disagreement(program);
      if (found !== undefined) smallest = { program, found };
      return found === undefined;
    };
    const numRuns = Math.max(1, Math.round(runs * usual));
    const { numRuns: cases, numShrinks: shrinks } = await fc.check(fc.asyncProperty(programs(), agrees), {
      numRuns,
      seed,
    });
    if (smallest) {
      const { program, found } = smallest;
      const snippet = `${again(name, context)}\n${rerunSnippet(name, context)}`;
      return { outcome: 'fails', cases, counterexample: { numbers: text(program), found, snippet, shrinks } };
    }
    if (signal?.aborted) throw new Interrupted('verify: interrupted');
    return { outcome: 'holds', cases };
  },
};
