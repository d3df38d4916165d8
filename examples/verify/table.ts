import Table from 'cli-table3';
import { quote } from 'shell-quote';
import type { Claim, VerifyReport, VerifyResult } from 'cotangent/testing';

/** Formats a number of cases briefly. */
const count = (n: number): string =>
  n >= 1e6 ? `${(n / 1e6).toFixed(1)} M` : n >= 1e5 ? `${Math.round(n / 1e3)} k` : String(n);

/** The cell of a verdict. It begins with `!` if the verdict is not the expected one. */
export function cell(result: VerifyResult | undefined): string {
  if (!result) return '';
  const { outcome, cases, asExpected } = result;
  const text = outcome === 'holds' ? `holds ${count(cases)}` : outcome === 'fails' ? 'refuted' : 'error';
  return asExpected ? text : `! ${text}`;
}

export const devicesOf = ({ results }: VerifyReport): string[] => [...new Set(results.map((r) => r.device))];

export const resultOf = ({ results }: VerifyReport, claim: string, device: string): VerifyResult | undefined =>
  results.find((r) => r.claim === claim && r.device === device);

/** The claim's first counterexample; an unexpected refutation takes precedence. */
export const shown = ({ results }: VerifyReport, { name }: Claim): VerifyResult | undefined => {
  const own = results.filter((r) => r.claim === name && (r.counterexample || r.error));
  return own.find((r) => !r.asExpected) ?? own[0];
};

/** The claims that were checked, in the given order. */
export const checked = (report: VerifyReport, claims: readonly Claim[]): readonly Claim[] =>
  claims.filter((c) => report.results.some((r) => r.claim === c.name));

/**
 * The exit code: 1 if a verdict is not as expected, 3 if there is none, 130 if the run was
 * interrupted first.
 */
export function exitCode({ results, interrupted }: VerifyReport): number {
  const wrong = results.filter((r) => !r.asExpected);
  if (wrong.some((r) => r.outcome !== 'error')) return 1;
  return wrong.length > 0 ? 3 : interrupted ? 130 : 0;
}

/** Summarises the report in one sentence. */
export function summary(report: VerifyReport): string {
  const wrong = report.results.filter((r) => !r.asExpected);
  const names = [...new Set(wrong.map((r) => `${r.claim} on ${r.device}`))].join(', ');
  const verdict =
    wrong.length === 0
      ? `${report.results.length} verdict${report.results.length === 1 ? '' : 's'}, all as expected`
      : `${wrong.length} of ${report.results.length} verdicts not as expected: ${names}`;
  return `${report.interrupted ? 'interrupted; until then ' : ''}${verdict} (seed ${report.seed}, ${report.runs} runs)`;
}

/** Names the claims that caught a user's rule, if any, and those without a verdict. */
export function verdict({ results, seed, runs, interrupted }: VerifyReport, file: string): string {
  const names = (own: readonly VerifyResult[]): string[] => [...new Set(own.map((r) => r.claim))];
  const wrong = results.filter((r) => !r.asExpected);
  const caught = names(wrong.filter((r) => r.outcome !== 'error'));
  const unchecked = names(wrong.filter((r) => r.outcome === 'error'));
  const count = names(results).length;
  const said =
    caught.length === 0
      ? `no claim of ${count} caught '${file}'`
      : `'${file}' was caught by ${caught.length} of ${count} claims: ${caught.join(', ')}`;
  const without = unchecked.length === 0 ? '' : `; ${unchecked.length} could not be checked: ${unchecked.join(', ')}`;
  return `${interrupted ? 'interrupted; until then ' : ''}${said}${without} (seed ${seed}, ${runs} runs)`;
}

/** What follows a heading about a claim: its statement, and the smallest case against it. */
const against = ({ statement }: Claim, { counterexample: e, error }: VerifyResult): string =>
  e ? `${statement}\n  at ${e.numbers}:\n  ${e.found}` : `${statement}\n  error: ${error}`;

/** What caught a user's rule: the claim, the smallest case, and the command that finds it again. */
function catches({ results, seed, runs, all }: VerifyReport, claims: readonly Claim[], file: string): string[] {
  return results
    .filter((r) => !r.asExpected)
    .map((r) => {
      const claim = claims.find((c) => c.name === r.claim)!;
      const head = r.outcome === 'error' ? 'could not be checked' : 'caught by';
      const found =
        r.outcome === 'holds'
          ? `${claim.statement}\n  this should be refuted, but ${r.cases} cases agree with it`
          : against(claim, r);
      const again = quote(['npx', 'cotangent', 'verify', '--subject', file, '--claim', r.claim, '--device', r.device]);
      return `${head}: ${r.claim} (${r.device}, seed ${seed})\n  ${found}\n  again: ${again} --seed ${seed} --runs ${runs}${all ? ' --all' : ''}`;
    });
}

/**
 * The table claim × device, followed by the refutations. If a user's rule is checked, only what
 * caught it follows; `file` is where it stands.
 */
export function tables(report: VerifyReport, claims: readonly Claim[], file?: string): string {
  const devices = devicesOf(report);
  const table = new Table({ head: ['claim', ...devices], style: { head: [], border: [], compact: true } });
  const own = checked(report, claims);
  for (const group of new Set(own.map((c) => c.group))) {
    table.push([group, ...devices.map(() => '')]);
    for (const c of own.filter((x) => x.group === group))
      table.push([`  ${c.name}`, ...devices.map((d) => cell(resultOf(report, c.name, d)))]);
  }
  if (file !== undefined) return [table.toString(), ...catches(report, claims, file)].join('\n\n');
  const refuted = own.flatMap((c) => {
    const result = shown(report, c);
    if (!result) return [];
    const { counterexample: e, asExpected, device } = result;
    const head = asExpected ? 'refuted, as it should be' : 'NOT AS EXPECTED';
    const program = e && !asExpected ? `\n${e.snippet.replace(/^/gm, '    ')}` : '';
    return [`${head}: ${c.name} (${device})\n  ${against(c, result)}${program}`];
  });
  const missing = report.results.filter((r) => !r.asExpected && r.outcome === 'holds');
  const unrefuted = missing.map(
    (r) => `NOT AS EXPECTED: ${r.claim} (${r.device}) should be refuted, but ${r.cases} cases agree with it`,
  );
  return [table.toString(), ...refuted, ...unrefuted].join('\n\n');
}
