import { afterAll, beforeAll, expect, test } from 'vitest';
import { page } from '../../examples/verify/report.ts';
import { exitCode, summary, tables, verdict } from '../../examples/verify/table.ts';
import { setDevice, signDrop } from '../../src/index.ts';
import { claims, verify, type Claim, type Subject, type VerifyReport } from '../../src/testing/index.ts';

beforeAll(async () => {
  await setDevice('reference');
});
afterAll(async () => {
  await setDevice('webasm');
});

const names = ['law-of-the-update', 'identity-random-graddrop', 'permutation'];
const own = claims.filter((c) => names.includes(c.name));
const report = (subject?: Subject): Promise<VerifyReport> =>
  verify({ claims: own, runs: 100, ...(subject && { subject }) });

test('verdicts as expected end with 0, refutations that should be among them', async () => {
  const good = await report();
  expect(exitCode(good)).toBe(0);
  expect(summary(good)).toBe('3 verdicts, all as expected (seed 1, 100 runs)');
  expect(tables(good, own)).toContain('refuted, as it should be: identity-random-graddrop (reference)');
  expect(tables(good, own)).not.toContain('!');
});

test('a claim that fails and should hold, and one that holds and should fail, end with 1, and both are named', async () => {
  const wrong = await report((o) => signDrop({ ...o, k: 1 }));
  expect(exitCode(wrong)).toBe(1);
  expect(summary(wrong)).toBe(
    '2 of 3 verdicts not as expected: law-of-the-update on reference, identity-random-graddrop on reference (seed 1, 100 runs)',
  );
  const text = tables(wrong, own);
  expect(text).toMatch(/law-of-the-update +│ ! refuted/);
  expect(text).toMatch(/identity-random-graddrop +│ ! holds 1000/);
  expect(text).toMatch(/NOT AS EXPECTED: law-of-the-update[^]*import \{ signDrop, tensor \} from 'cotangent'/);
  expect(text).toContain('// What was put to the test is another rule: put it in the place of signDrop.');
  expect(text).toContain('identity-random-graddrop (reference) should be refuted, but 1000 cases agree with it');
  expect(await page(wrong, own)).toContain('<span class="wrong">reference: ! refuted</span>');
});

test('of a user’s rule only what caught it is printed, with the command that finds it again', async () => {
  const wrong = await report((o) => signDrop({ ...o, k: 1 }));
  const text = tables(wrong, own, './my rule.ts');
  expect(text).toMatch(
    /caught by: law-of-the-update \(reference, seed 1\)\n  X = p for U < f\(P\).*\n  at g = \(.*\), k = .*:\n/,
  );
  expect(text).toContain(
    "again: npx cotangent verify --subject './my rule.ts' --claim law-of-the-update --device reference --seed 1 --runs 100",
  );
  expect(text).toMatch(/caught by: identity-random-graddrop .*\n.*\n  this should be refuted, but 1000 cases agree/);
  expect(text).not.toContain('permutation (');
  expect(verdict(wrong, './my rule.ts')).toBe(
    "'./my rule.ts' was caught by 2 of 3 claims: law-of-the-update, identity-random-graddrop (seed 1, 100 runs)",
  );
  expect(verdict(await report(), 'a.ts')).toBe("no claim of 3 caught 'a.ts' (seed 1, 100 runs)");
});

test('a claim in which a user’s rule throws did not catch it: 3, with the error', async () => {
  const found = await report((o) => {
    if (o.k !== undefined && o.k < 1) throw new Error('only k = 1');
    return signDrop(o);
  });
  expect(exitCode(found)).toBe(3);
  expect(tables(found, own, 'a.ts')).toMatch(/could not be checked: law-of-the-update .*\n.*\n  error: only k = 1\n/);
  expect(verdict(found, 'a.ts')).toMatch(
    /^no claim of 3 caught 'a.ts'; 3 could not be checked: law-of-the-update, identity-random-graddrop, permutation /,
  );
});

test('an interrupted run ends with 130, or with 1 if something was wrong before', async () => {
  const good = await report();
  expect(exitCode({ ...good, interrupted: true })).toBe(130);
  expect(summary({ ...good, interrupted: true })).toMatch(/^interrupted; until then 3 verdicts/);
  const [first, ...others] = good.results;
  const results = [{ ...first!, asExpected: false }, ...others];
  expect(exitCode({ ...good, results, interrupted: true, asExpected: false })).toBe(1);
});

test('a claim that could not be checked is no refutation: 3, and the reason is printed', async () => {
  const broken: Claim = { ...own[0]!, check: () => Promise.reject(new Error('the device is gone')) };
  const found = await verify({ claims: [broken, own[1]!], runs: 50 });
  expect(exitCode(found)).toBe(3);
  expect(tables(found, own)).toContain('error: the device is gone');
});

test('a run that found nothing yet still makes a table and a page', async () => {
  const none: VerifyReport = { seed: 1, runs: 1, all: false, results: [], interrupted: true, asExpected: true };
  expect(tables(none, own)).toContain('claim');
  expect(await page(none, own)).toContain('interrupted; until then 0 verdicts');
});
