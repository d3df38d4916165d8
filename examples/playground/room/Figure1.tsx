import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { gradDropLaw } from '../law/gradDropLaw.ts';
import { uniform } from '../law/uniform.ts';
import { verdictOf } from '../law/verdict.ts';
import { niceAbove } from '../view/axis.ts';
import { Choice } from '../view/Choice.tsx';
import { CopyLink } from '../view/CopyLink.tsx';
import { Slider } from '../view/Slider.tsx';
import './figure1.css';
import { Figure1Text } from './Figure1Text.tsx';
import { most, resized, start, type Figure1State } from './figure1State.ts';
import { Position } from './Position.tsx';
import { useTosses } from './useTosses.ts';

interface Figure1Props {
  readonly state: Figure1State;
  /** Called with the next state. `asked` is false for the coins that land by themselves. */
  readonly onChange: (next: Figure1State, asked: boolean) => void;
  /**
   * Copies a link to the picture; resolves with false if the link is in the address bar instead.
   */
  readonly onCopy: (state: Figure1State) => Promise<boolean>;
  /** Opens the workbench with a program of these numbers. */
  readonly onOpen: (state: Figure1State) => void;
}

const words = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six'];

/** Returns the headline: `Two losses pull one feature`. */
function headlineOf(losses: number, positions: number): string {
  const subject = losses === 1 ? 'One loss pulls' : `${words[losses] ?? losses} losses pull`;
  const object = positions === 1 ? 'one feature' : `${words[positions]?.toLowerCase() ?? positions} features`;
  return `${subject} ${object}`;
}

/** Returns the largest size of a number on the axis: of a gradient, or of a sum of one sign. */
function extent(gradients: Figure1State['gradients']): number {
  const sizes = gradients.flatMap((row) => [
    ...row.map(Math.abs),
    row.reduce((a, g) => a + Math.max(g, 0), 0),
    row.reduce((a, g) => a - Math.min(g, 0), 0),
  ]);
  return Math.max(0, ...sizes.filter(Number.isFinite));
}

/** The front page: Figure 1 of Chen et al. (2020), alive. */
export function Figure1({ state, onChange, onCopy, onOpen }: Figure1Props): JSX.Element {
  const { gradients, k, leak, seed, draws } = state;
  const { tossing, toss } = useTosses(
    (coins) => onChange({ ...state, draws: Math.min(most.draws, draws + coins) }, draws + coins > 5),
    draws === 0 ? 5 : 0,
  );
  // While an arrow is dragged the axis stays, so that the arrow stays under the hand.
  const [held, setHeld] = useState<number>();
  const laws = gradients.map((row) =>
    gradDropLaw(
      row.map((g) => [g]),
      { k, leak },
    ),
  );
  // What a draw decided is spoken once, when a reader asked for it, and not while an arrow is
  // dragged.
  const [spoken, setSpoken] = useState('');
  const seen = useRef(draws);
  useEffect(() => {
    if (draws > 5 && draws !== seen.current)
      setSpoken(laws.map((law, p) => `Feature ${p + 1}: ${verdictOf(law, uniform(seed, draws - 1, p))}`).join(' '));
    seen.current = draws;
  }, [draws]);
  const losses = gradients[0]!.length;
  const largest = Math.max(0, ...gradients.flat().map(Math.abs).filter(Number.isFinite));
  const limit = largest >= 1 || largest === 0 ? Math.max(10, niceAbove(largest)) : niceAbove(largest);
  const range = held ?? Math.max(limit, niceAbove(extent(gradients)));

  const change = (part: Partial<Figure1State>): void => onChange({ ...state, ...part }, true);
  const pull = (position: number, loss: number, value: number): void =>
    change({
      gradients: gradients.map((row, p) => (p === position ? row.map((g, i) => (i === loss ? value : g)) : row)),
    });
  const buttons = (
    <div class="toss-buttons">
      <button class="button button-primary" type="button" data-test="draw" onClick={toss}>
        Draw
      </button>
      <button
        class="button"
        type="button"
        data-test="draw-100"
        disabled={draws >= most.draws}
        onClick={() => change({ draws: Math.min(most.draws, draws + 100) })}
      >
        Draw 100
      </button>
      <button
        class="button button-plain"
        type="button"
        data-test="clear"
        disabled={draws === 0}
        onClick={() => change({ draws: 0, seed: (seed + 1) % 2 ** 32 })}
      >
        Clear
      </button>
    </div>
  );

  return (
    <article class="figure1" data-test="figure-1" data-positions={gradients.length}>
      <header class="figure1-head">
        <h1>{headlineOf(losses, gradients.length)}</h1>
        <p class="lead">
          Each arrow is the gradient of one loss. Drag one. GradDrop tosses a coin, keeps the arrows of one sign, and
          drops the others.
        </p>
      </header>

      {gradients.length > 1 && buttons}
      <div class="positions">
        {gradients.map((row, p) => (
          <Position
            key={p}
            index={p}
            gradients={row}
            law={laws[p]!}
            leak={leak}
            seed={seed}
            draws={draws}
            tossing={tossing}
            range={range}
            limit={limit}
            onChange={(loss, value) => pull(p, loss, value)}
            onDrag={(on) => setHeld(on ? range : undefined)}
          >
            {gradients.length === 1 && buttons}
          </Position>
        ))}
      </div>
      <p class="unseen" role="status" data-test="spoken">
        {spoken}
      </p>

      <div class="figure1-controls">
        <Choice
          label="features"
          name="positions"
          options={[1, 2, 3, 4]}
          value={gradients.length}
          onChange={(n) => change({ gradients: resized(gradients, n, losses) })}
        />
        <Choice
          label="losses"
          name="losses"
          options={[2, 3, 4]}
          value={losses}
          onChange={(n) => change({ gradients: resized(gradients, gradients.length, n) })}
        />
        <Slider
          label="trust in the purity, k"
          name="k"
          min={0}
          max={1}
          step={0.05}
          value={k}
          onChange={(x) => change({ k: x })}
        />
        <Slider
          label="leak ℓ"
          name="leak"
          min={0}
          max={1}
          step={0.05}
          value={leak}
          onChange={(x) => change({ leak: x })}
        />
        <div class="figure1-actions">
          <button class="button" type="button" data-test="reset" onClick={() => onChange({ ...start, draws: 5 }, true)}>
            Reset
          </button>
          <CopyLink copy={() => onCopy(state)} />
          <button class="button" type="button" data-test="open-program" onClick={() => onOpen(state)}>
            Open as a program
          </button>
        </div>
      </div>

      <Figure1Text state={state} onOpen={() => onOpen(state)} />
    </article>
  );
}
