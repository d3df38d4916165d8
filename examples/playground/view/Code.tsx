import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface Props {
  readonly text: string;
  /** The number of the first line, if lines are numbered. */
  readonly from?: number;
  /** Tells whether a line is lit. */
  readonly isLit?: (line: string, index: number) => boolean;
  /** Words that stand out, such as the partial derivative in use. */
  readonly marks?: readonly string[];
  readonly label: string;
  readonly onLine?: (index: number) => void;
}

/** Splits a line at the places of some words. */
function split(line: string, marks: readonly string[]): readonly (readonly [string, boolean])[] {
  const found = marks.filter((m) => m.length > 0 && line.includes(m))[0];
  if (found === undefined) return [[line, false]];
  const [before, ...after] = line.split(found);
  return [[before!, false], [found, true], ...split(after.join(found), marks)];
}

/** Source text. What is lit has a bar in the margin and a ground of its own, and is in view. */
export function Code({ text, from, isLit, marks = [], label, onLine }: Props): JSX.Element {
  const box = useRef<HTMLPreElement>(null);
  const lines = text.split('\n');
  const lit = isLit ? lines.flatMap((l, i) => (isLit(l, i) ? [i] : [])) : [];
  useEffect(() => {
    const line = box.current?.querySelector<HTMLElement>('.code-lit');
    if (line && box.current) box.current.scrollTop = Math.max(0, line.offsetTop - box.current.clientHeight / 3);
  }, [lit.join(), text]);
  return (
    <pre class="code" ref={box} aria-label={label} tabIndex={0} role="region">
      {lines.map((line, i) => (
        <span class={`code-line${lit.includes(i) ? ' code-lit' : ''}`} onClick={onLine && (() => onLine(i))}>
          {from === undefined ? null : (
            <span class="code-number" aria-hidden="true">
              {from + i}
            </span>
          )}
          <span>
            {split(line, marks).map(([part, marked]) => (marked ? <mark>{part}</mark> : part))}
            {'\n'}
          </span>
        </span>
      ))}
    </pre>
  );
}
