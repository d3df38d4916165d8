import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { device, type DeviceName } from '../../src/index.ts';
import { programs } from '../../src/testing/programs/arbitrary.ts';
import { disagreement, type Compared, type Manner } from '../../src/testing/programs/disagreement.ts';

/** The programs run on a device if nothing else is said: each compiles kernels. */
const defaultRuns: Partial<Record<DeviceName, number>> = { reference: 100, cpu: 60, webasm: 50, webgpu: 10 };

const environment = globalThis.process?.env ?? {};

/** How many programs are run: what COTANGENT_PROGRAMS says, if it says something. */
function runsOf(asked: string | undefined, usual: number): number {
  const runs = Number(asked ?? usual);
  if (!Number.isInteger(runs) || runs < 1)
    throw new Error(`programs: COTANGENT_PROGRAMS must be a positive integer, got '${asked}'`);
  return runs;
}

/**
 * Random programs agree with the float64 interpreter within its own error bound, on the device that
 * is set.
 */
export function programsSuite(name: DeviceName, runs = defaultRuns[name] ?? 5): void {
  const numRuns = runsOf(environment.COTANGENT_PROGRAMS, runs);
  for (const manner of ['fused', 'unfused'] satisfies Manner[])
    test(
      `${numRuns} random programs and their gradients are within their bounds, ${manner}`,
      { timeout: 120_000 + 2_000 * numRuns },
      async () => {
        expect(device()).toBe(name);
        const compared: Compared = { decided: 0, elements: 0 };
        await fc.assert(
          fc.asyncProperty(programs(), async (program) => {
            const problem = await disagreement(program, [manner], compared);
            if (problem !== undefined) throw new Error(problem);
          }),
          { numRuns },
        );
        // A bound that is too wide to fail proves nothing.
        expect(compared.decided / compared.elements).toBeGreaterThan(0.8);
      },
    );
}
