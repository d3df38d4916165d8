import type { Claim, VerifyReport } from 'cotangent/testing';
import { escape, page as pageOf } from '../report/html.ts';
import { proposition1, proposition2, proposition3 } from './plots.ts';
import { cell, checked, devicesOf, resultOf, shown, summary } from './table.ts';

const style = `
  th, td { text-align: left; }
  .wrong { color: #b00; font-weight: bold; }
  .note { color: #666; font-size: 90%; }`;

/** For each proposition a plot computed by the kernel, and a caption that explains it. */
const plots: Readonly<Record<string, readonly [plot: () => Promise<string>, caption: string]>> = {
  'Proposition 1': [
    proposition1,
    'E|X|/S for gradients p and −q, k = 1: the update vanishes only where every loss leaks wholly (ℓ = 1) and p = q.',
  ],
  'Proposition 2': [
    proposition2,
    'E|X|/q as the side p grows against q. Dots: the minima at r*(k) = 2√(k/(1+k)) − 1, for k > 1/3. Up to there a growing gradient makes the expected update smaller.',
  ],
  'Proposition 3': [
    async () => (await proposition3()).join('\n'),
    'g = (2, −1, ½, −3, ¼). Lines: the closed forms. Circles: 65 536 draws of the kernel each.',
  ],
};

function claimText(report: VerifyReport, claim: Claim): string {
  const rows = devicesOf(report).map((d) => {
    const result = resultOf(report, claim.name, d);
    const mark = result?.asExpected === false ? ' class="wrong"' : '';
    return result ? `<span${mark}>${escape(d)}: ${escape(cell(result))}</span>` : '';
  });
  const result = shown(report, claim);
  const e = result?.counterexample;
  const found = e
    ? `<p>At ${escape(e.numbers)} (after ${e.shrinks} shrinks, on ${result.device}): ${escape(e.found)}</p>
<details><summary>a program that shows it</summary><pre>${escape(e.snippet)}</pre></details>`
    : '';
  const error = result?.error === undefined ? '' : `<p class="wrong">${escape(result.error)}</p>`;
  const should = claim.expected === 'holds' ? '' : ' <em>Expected to be refuted.</em>';
  return `<h3 id="${claim.name}">${claim.name}</h3>
<p>${escape(claim.statement)}${should}</p>
<p>${rows.filter(Boolean).join(' · ')}</p>
${found}${error}
<p class="note">Source: ${escape(claim.source)}. Tolerance: ${escape(claim.tolerance)}.</p>`;
}

function overview(report: VerifyReport, claims: readonly Claim[]): string {
  const devices = devicesOf(report);
  const rows = claims.map((c) => {
    const cells = devices.map((d) => {
      const result = resultOf(report, c.name, d);
      return `<td${result?.asExpected === false ? ' class="wrong"' : ''}>${escape(cell(result))}</td>`;
    });
    return `<tr><td><a href="#${c.name}">${c.name}</a></td>${cells.join('')}</tr>`;
  });
  return `<table><thead><tr><th>claim</th>${devices.map((d) => `<th>${d}</th>`).join('')}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table>`;
}

/**
 * The report as one self-contained page: no script, no network. The current device computes the
 * plots.
 */
export async function page(report: VerifyReport, claims: readonly Claim[]): Promise<string> {
  const own = checked(report, claims);
  const parts: string[] = [];
  for (const group of new Set(own.map((c) => c.group))) {
    const plot = plots[group];
    const figure = plot
      ? `<figure>${await plot[0]()}<figcaption class="note">${escape(plot[1])}</figcaption></figure>`
      : '';
    const texts = own.filter((c) => c.group === group).map((c) => claimText(report, c));
    parts.push(`<h2>${group}</h2>\n${figure}\n${texts.join('\n')}`);
  }
  const body = `<p>Claims of Chen et al., “Just Pick a Sign” (2020), and about the derivatives underneath, checked on the kernels that run.</p>
<p>${escape(summary(report))}.</p>
${overview(report, own)}
${parts.join('\n')}`;
  return pageOf('What is true of gradient sign dropout', body, style);
}
