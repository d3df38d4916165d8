import type { JSX } from 'preact';
import { gradDropLaw } from '../law/gradDropLaw.ts';
import { plain, share, signed } from '../law/numbers.ts';
import type { Figure1State } from './figure1State.ts';

interface TextProps {
  readonly state: Figure1State;
  readonly onOpen: () => void;
}

/** What the picture shows, in words, with the numbers of its first feature. */
export function Figure1Text({ state: { gradients, k, leak }, onOpen }: TextProps): JSX.Element {
  const row = gradients[0]!;
  const law = gradDropLaw(
    row.map((g) => [g]),
    { k, leak },
  );
  const sum = row.reduce((a, b) => a + b, 0);
  const sizes = row.reduce((a, b) => a + Math.abs(b), 0);
  const deviation = Math.sqrt(law.variance[0]!);
  const known = Number.isFinite(sizes);
  const terms = row.map((g, i) => (i === 0 ? plain(g) : g < 0 ? `− ${plain(-g)}` : `+ ${plain(g)}`)).join(' ');
  const noise = !known
    ? ''
    : deviation > 0
      ? `Here the result is ${signed(Number(law.mean[0]!.toPrecision(12)))}, give or take ${deviation.toPrecision(3)}.`
      : 'Here all draws give the same, so there is none.';
  return (
    <div class="figure-text figure1-text">
      <section>
        <h2>What the sum does</h2>
        <p>
          A network with several losses shares most of its weights. Backpropagation sends one gradient for each loss to
          each feature, and adds them{known && `: ${terms} = ${plain(sum)}`}. Where two losses disagree, the sum is a
          compromise that neither asked for. At +5 and −5 it is 0, and training stops there, though both losses still
          want to move.
        </p>
      </section>
      <section>
        <h2>What GradDrop does</h2>
        <p>
          The <em>purity</em> P is the positive share of all the pull
          {known && `: here ${share(law.purity)} of ${plain(sizes)}`}. With k = 1 a coin lands on + with that
          probability. The arrows of the sign that it shows are kept, and added. The others are dropped. Where all
          losses agree, P is 1 or 0, and the coin does not matter. So training comes to rest only where every loss is at
          rest.
        </p>
      </section>
      <section>
        <h2>What it costs</h2>
        <p>
          On average nothing is lost: with k = 1 the mean of all draws is the sum. But each draw adds noise. {noise} The
          slider k trades one for the other: at k = 0 the coin is fair, and the mean is half the sum. A leak lets a part
          of the dropped arrows through.
        </p>
      </section>
      <p class="figure1-more">
        <button class="button button-plain" type="button" onClick={onOpen}>
          See the program that computes this
        </button>
        <span class="caption">
          After Figure 1 of Chen et al., <cite>Just Pick a Sign</cite>, NeurIPS 2020, arXiv 2010.06808.
        </span>
      </p>
    </div>
  );
}
