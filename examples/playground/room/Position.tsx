import type { ComponentChildren, JSX } from 'preact';
import { drawn } from '../law/drawn.ts';
import type { Law } from '../law/gradDropLaw.ts';
import { plain, share, signed } from '../law/numbers.ts';
import { verdictOf } from '../law/verdict.ts';
import { Arrow } from '../view/Arrow.tsx';
import { Coin, type Face } from '../view/Coin.tsx';
import { LawChart, type LawBar } from '../view/LawChart.tsx';
import { Pull } from '../view/Pull.tsx';
import { Ticks } from '../view/Ticks.tsx';
import { UnitBar } from '../view/UnitBar.tsx';

interface PositionProps {
  readonly index: number;
  readonly gradients: readonly number[];
  readonly law: Law;
  readonly leak: number;
  readonly seed: number;
  readonly draws: number;
  readonly tossing: boolean;
  readonly range: number;
  readonly limit: number;
  readonly onChange: (loss: number, value: number) => void;
  readonly onDrag: (on: boolean) => void;
  /** The buttons, if they stand beside this position. */
  readonly children?: ComponentChildren;
}

const faces = { positive: '+', negative: '−' } as const satisfies Record<string, Face>;

/** Returns the values of the law's outcomes, each once, with how often they came. */
function barsOf(law: Law, positive: number, draws: number): readonly LawBar[] {
  const bars = law.outcomes.map(({ side, probability, values }) => ({
    value: values[0]!,
    probability,
    frequency: draws === 0 ? 0 : (side === 'positive' ? positive : draws - positive) / draws,
  }));
  const [a, b] = bars;
  return b && a!.value === b.value
    ? [{ value: a!.value, probability: 1, frequency: a!.frequency + b.frequency }]
    : bars;
}

/**
 * One feature: the arrows that pull it, the coin, what the sum and GradDrop send back, and the law.
 */
export function Position(props: PositionProps): JSX.Element {
  const { index, gradients, law, leak, seed, draws, tossing, range, limit, onChange, onDrag, children } = props;
  const { last, outcome, sides, positive } = drawn(law, seed, draws, index);
  const shown = tossing ? undefined : outcome;
  const sum = gradients.reduce((a, b) => a + b, 0);
  const result = shown?.values[0];
  // A probability such as 0.7 is rounded, and so is what is made of it.
  const mean = Number(law.mean[0]!.toPrecision(12));
  const bars = barsOf(law, positive, draws);
  const drawnMean = bars.reduce((a, { value, frequency }) => a + value * frequency, 0);
  return (
    <section class="position" aria-label={`feature ${index + 1}`} data-test={`position-${index}`}>
      <div class="position-pulls">
        <div class="axis">
          <h2 class="axis-name">feature {index + 1}</h2>
          <div class="track">
            <Ticks range={range} />
          </div>
        </div>
        {gradients.map((value, loss) => (
          <Pull
            key={loss}
            loss={loss}
            place={`feature ${index + 1}`}
            value={value}
            range={range}
            limit={limit}
            dropped={shown !== undefined && value !== 0 && !shown.masks[loss]![0]!}
            leak={leak}
            onChange={(x) => onChange(loss, x)}
            onDrag={onDrag}
            name={`pull-${index}-${loss}`}
          />
        ))}
      </div>
      <div class="position-coin">
        <div class="purity">
          <p class="purity-name">
            <span>purity</span>
            <span class="caption number" data-test={`keep-${index}`}>
              {Number.isNaN(law.keep) ? 'there is no coin' : `chance of +: ${share(law.keep)}`}
            </span>
          </p>
          <output class="purity-value number" data-test={`purity-${index}`}>
            {share(law.purity)}
          </output>
        </div>
        <UnitBar gradients={gradients} keep={law.keep} draw={tossing ? undefined : last} />
        <div class="toss">
          <Coin
            face={sides.length > 0 ? faces[sides.at(-1)!] : undefined}
            tossing={tossing}
            idle={bars.length < 2}
            past={sides.map((side) => faces[side])}
          />
          <p class="verdict" data-test={`verdict-${index}`}>
            {verdictOf(law, tossing ? undefined : last)}
          </p>
        </div>
        {children}
      </div>
      <div class="position-law">
        <div class="result">
          <span class="result-name">sum</span>
          <div class="track">
            <Arrow value={sum} range={range} kind="sum" />
          </div>
          <output class="result-value number" data-test={`sum-${index}`}>
            {signed(sum)}
          </output>
        </div>
        <div class="result">
          <span class="result-name result-name-strong">GradDrop</span>
          <div class="track">
            {result !== undefined && <Arrow key={draws} value={result} range={range} kind="result" />}
          </div>
          <output class="result-value result-value-strong number" data-test={`result-${index}`}>
            {result === undefined ? (Number.isNaN(law.purity) ? 'NaN' : '·') : signed(result)}
          </output>
        </div>
        <div class="result result-law">
          <p class="result-name">
            its law
            <span class="law-key law-key-outline">probability</span>
            <span class="law-key law-key-filled" data-test={`draws-${index}`}>
              {draws === 1 ? '1 draw' : `${draws} draws`}
            </span>
          </p>
          <div class="track">
            <LawChart bars={bars} mean={mean} variance={law.variance[0]!} range={range} draws={draws} />
          </div>
        </div>
      </div>
      <dl class="facts position-facts number">
        <dt>share of arrows kept</dt>
        <dd data-test={`share-${index}`}>{shown ? plain(shown.share) : '·'}</dd>
        <dt>mean of the law</dt>
        <dd data-test={`mean-${index}`}>
          {signed(mean)}
          {mean === sum && gradients.length > 1 && ' = the sum'}
        </dd>
        <dt>variance of the law</dt>
        <dd data-test={`variance-${index}`}>{plain(law.variance[0]!)}</dd>
        <dt>mean of {draws === 1 ? '1 draw' : `${draws} draws`}</dt>
        <dd data-test={`drawn-mean-${index}`}>{draws === 0 || bars.length === 0 ? '·' : signed(drawnMean)}</dd>
      </dl>
    </section>
  );
}
