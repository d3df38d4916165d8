import type { JSX } from 'preact';
import type { MergeGroup } from '../graph/mergeLaw.ts';
import { letterOf, plain, share, signed } from '../law/numbers.ts';
import { StackedBar } from './StackedBar.tsx';

interface Props {
  readonly groups: readonly MergeGroup[];
  readonly draws: readonly number[];
  readonly chosen: number;
  readonly shape: readonly number[];
  readonly axes: readonly number[];
  readonly onChoose: (i: number) => void;
}

/** Every group of positions as a line: the pulls of the losses, the purity and the result. */
export function MergeGroups({ groups, draws, chosen, axes, onChoose }: Props): JSX.Element {
  const most = Math.max(...groups.flatMap((g) => sidesOf(g)), 0);
  return (
    <table class="merge-groups">
      <thead>
        <tr>
          <th scope="col">{axes.length > 0 ? 'feature' : 'position'}</th>
          <th scope="col">pulls</th>
          <th scope="col">P</th>
          <th scope="col">result</th>
        </tr>
      </thead>
      <tbody>
        {groups.map((group, i) => {
          const outcome = outcomeOf(group, draws[i]!);
          return (
            <tr class={i === chosen ? 'selected' : ''} data-test="merge-group" onClick={() => onChoose(i)}>
              <th scope="row">
                <button type="button" class="link" aria-pressed={i === chosen} onClick={() => onChoose(i)}>
                  {i}
                </button>
              </th>
              <td>
                <StackedBar gradients={group.law.pulls} kept={outcome?.masks.map((m) => m.some(Boolean))} most={most} />
                <Odd pulls={group.law.pulls} />
              </td>
              <td class="number" data-test="purity">
                {share(group.law.purity)}
              </td>
              <td class="number" data-test="merge-result">
                {outcome ? outcome.values.map(plain).join(', ') : 'NaN'}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The pulls that no bar can show. */
function Odd({ pulls }: { readonly pulls: readonly number[] }): JSX.Element | null {
  const odd = pulls.flatMap((g, i) => (Number.isFinite(g) ? [] : [`${letterOf(i)} ${plain(g)}`]));
  return odd.length === 0 ? null : <strong class="merge-odd numbers-odd">{odd.join(', ')}</strong>;
}

/** Returns the sums of the positive and of the negative pulls that are numbers. */
const sidesOf = ({ law }: MergeGroup): readonly number[] =>
  [1, -1].map((sign) => law.pulls.reduce((sum, g) => sum + Math.max(0, sign * g), 0)).filter(Number.isFinite);

/** Returns what a draw gives: U = f(P) counts as above. */
const outcomeOf = ({ law }: MergeGroup, draw: number): (typeof law.outcomes)[number] | undefined =>
  law.outcomes.find((o) => o.side === (draw < law.keep ? 'positive' : 'negative')) ??
  (Number.isNaN(law.keep) ? undefined : law.outcomes[0]);

/** The law of a group: both outcomes with their probabilities, the mean and the variance. */
export function LawTable({ group, draw }: { readonly group: MergeGroup; readonly draw: number }): JSX.Element {
  const { law } = group;
  const now = outcomeOf(group, draw);
  return (
    <div class="merge-law" data-test="law">
      {law.outcomes.map((o) => (
        <div class={`merge-outcome${o === now ? ' merge-outcome-now' : ''}`}>
          <span class="merge-value number">
            {o.values.slice(0, 3).map(signed).join(', ')}
            {o.values.length > 3 ? ', …' : ''}
          </span>
          <span class="merge-chance" aria-hidden="true">
            <span style={{ inlineSize: `${o.probability * 100}%` }} />
          </span>
          <span class="number quiet">{share(o.probability)}</span>
        </div>
      ))}
      <dl class="facts">
        <dt>mean</dt>
        <dd data-test="law-mean">
          {law.mean.slice(0, 3).map(plain).join(', ')}
          {law.mean.length > 3 ? ', …' : ''}
        </dd>
        <dt>variance</dt>
        <dd data-test="law-variance">
          {law.variance.slice(0, 3).map(plain).join(', ')}
          {law.variance.length > 3 ? ', …' : ''}
        </dd>
      </dl>
      {law.note === undefined ? null : <p class="caption">{law.note}</p>}
    </div>
  );
}
