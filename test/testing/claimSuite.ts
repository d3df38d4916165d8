import { expect, test } from 'vitest';
import { claims, verify, type Claim } from '../../src/testing/index.ts';
import { isAbout } from '../../src/testing/claim.ts';
import { suiteOn, type DeviceName } from '../suites/settings.ts';

/**
 * Every claim on one device: those that should hold do, those that should fail are refuted by a
 * counterexample.
 */
export function claimSuite(name: DeviceName, runs: number, which: (c: Claim) => boolean = () => true): void {
  suiteOn(name, 'claims', () => {
    const own = claims.filter((c) => which(c) && isAbout(c, name));
    test.each(own)('$group, $name: $expected', async (claim) => {
      const report = await verify({ claims: [claim], devices: [name], runs });
      const [result] = report.results;
      expect(result?.error).toBeUndefined();
      expect(result?.counterexample?.found ?? 'holds').toEqual(
        claim.expected === 'holds' ? 'holds' : expect.any(String),
      );
      expect(result?.outcome).toBe(claim.expected);
      expect(result?.cases).toBeGreaterThan(0);
    });
  });
}
