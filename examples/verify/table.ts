import Table from 'cli-table3';
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

/** The table claim × device, followed by the refutations. */
export function tables(report: VerifyReport, claims: readonly Claim[]): string {
  const devices = devicesOf(report);
  const table = new Table({ head: ['claim', ...devices], style: { head: [], border: [], compact: true } });
  const own = checked(report, claims);
  for (const group of new Set(own.map((c) => c.group))) {
    table.push([group, ...devices.map(() => '')]);
    for (const c of own.filter((x) => x.group === group))
      table.push([`  ${c.name}`, ...devices.map((d) => cell(resultOf(report, c.name, d)))]);
  }
  const refuted = own.flatMap((c) => {
    const result = shown(report, c);
    if (!result) return [];
    const { counterexample: e, error, asExpected, device } = result;
    const head = `${asExpected ? 'refuted, as it should be' : 'NOT AS EXPECTED'}: ${c.name} (${device})\n  ${c.statement}`;
    if (!e) return [`${head}\n  error: ${error}`];
    const program = asExpected ? '' : `\n${e.snippet.replace(/^/gm, '    ')}`;
    return [`${head}\n  at ${e.numbers}:\n  ${e.found}${program}`];
  });
  const missing = report.results.filter((r) => !r.asExpected && r.outcome === 'holds');
  const unrefuted = missing.map(
    (r) => `NOT AS EXPECTED: ${r.claim} (${r.device}) should be refuted, but ${r.cases} cases agree with it`,
  );
  return [table.toString(), ...refuted, ...unrefuted].join('\n\n');
}
