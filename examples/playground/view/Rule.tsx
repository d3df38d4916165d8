import type { Trace, TracedNode, Visit } from 'cotangent/inspect';
import type { JSX } from 'preact';
// oxlint-disable import/default -- these are texts
import page from '../../../docs/autodiff.md?raw';
import table from '../../../kernels/elementwise.ts?raw';
import rules from '../../../src/autodiff/rules.ts?raw';
import { formulaOf, functionOf, propertyOf, type Excerpt } from '../graph/sources.ts';
import { Code } from './Code.tsx';
import { nodeText } from './sentences.ts';

interface Props {
  readonly trace: Trace;
  readonly node: number;
  /** The visits of the node by the sweeps that are shown. */
  readonly visits: readonly Visit[];
  /** True if these run in forward mode, where a rule makes the tangent of its result. */
  readonly isForward: boolean;
  readonly onSelect: (node: number) => void;
}

/** The helpers in rules.ts that an excerpt calls. */
function helpersOf({ text }: Excerpt): readonly Excerpt[] {
  const names = new Set(
    [...text.matchAll(/\b(linear|unwindow|scatter|weighted|alias|constantRule|dilate|total)\b/g)].map((m) => m[1]!),
  );
  return [...names].flatMap((name) => functionOf(rules, name) ?? []);
}

/** Puts brackets around an expression that is more than a product. */
function factor(text: string): string {
  let outside = text;
  while (/\([^()]*\)/.test(outside)) outside = outside.replace(/\([^()]*\)/g, '');
  return /[-+?<>=]/.test(outside) ? `(${text})` : text;
}

const inputNames = (arity: number): readonly string[] => (arity === 1 ? ['x'] : ['a', 'b', 'c']);

/** Writes a name under a bar, as cotangents are written, or under a dot, as tangents are: x̄, ẋ. */
const marked = (name: string, isForward: boolean): string => `${name}${isForward ? '\u0307' : '\u0304'}`.normalize();

/** The derivative of one operation, where the library defines it. */
export function Rule({ trace, node, visits, isForward, onSelect }: Props): JSX.Element {
  const own = trace.nodes[node]!;
  const owner = own.of === undefined ? undefined : trace.nodes[own.of]!;
  return (
    <div class="rule" data-test="rule">
      {owner ? (
        <p>
          The rule of{' '}
          <button type="button" class="link" onClick={() => onSelect(owner.id)}>
            {nodeText(trace, owner.id)}
          </button>{' '}
          made this node{own.op === 'elementwise' ? '. Its own rule is:' : ':'}
        </p>
      ) : null}
      {owner && owner.op !== own.op ? <RuleOf trace={trace} node={owner} visits={[]} isForward={isForward} /> : null}
      {owner && owner.op !== own.op ? <h3 class="rule-title">{own.name}</h3> : null}
      <RuleOf trace={trace} node={own} visits={visits} isForward={isForward} />
    </div>
  );
}

interface RuleProps {
  readonly trace: Trace;
  readonly node: TracedNode;
  readonly visits: readonly Visit[];
  readonly isForward: boolean;
}

function RuleOf({ trace, node, visits, isForward }: RuleProps): JSX.Element {
  if (node.op === 'elementwise') return <Elementwise node={node} visits={visits} isForward={isForward} />;
  const excerpt = propertyOf(rules, node.op, 'export const rules');
  const kind = typeof node.attrs.kind === 'string' ? node.attrs.kind : node.op;
  const formula = formulaOf(page, kind);
  if (!excerpt) return <p>{nodeText(trace, node.id)} is a value from outside; nothing is sent on from it.</p>;
  return (
    <>
      {formula ? (
        <dl class="facts rule-formula">
          <dt>{formula.operation}</dt>
          <dd>{formula.cotangent}</dd>
        </dl>
      ) : null}
      <p class="caption">src/autodiff/rules.ts, line {excerpt.line}</p>
      <Code text={excerpt.text} from={excerpt.line} label={`The rule of ${node.op}`} />
      {helpersOf(excerpt).map((helper) => (
        <Code text={helper.text} from={helper.line} label="A function that the rule calls" />
      ))}
    </>
  );
}

function Elementwise({ node, visits, isForward }: Omit<RuleProps, 'trace'>): JSX.Element {
  const excerpt = propertyOf(table, node.name, 'export const elementwise');
  const partials = visits.find((v) => v.partials)?.partials;
  const names = inputNames(node.inputs.length);
  return (
    <>
      {partials ? (
        <ul class="rule-partials" aria-label="The partial derivatives in use">
          {partials.map((p, i) => (
            <li data-test="partial">
              <span class="rule-bar">{marked(isForward ? 'y' : names[i]!, isForward)}</span> +={' '}
              <span class="rule-bar">{marked(isForward ? names[i]! : 'y', isForward)}</span>
              {p === null ? ' · 0' : p === '1' ? '' : p === '-1' ? ' · (−1)' : ' · '}
              {p === null || p === '1' || p === '-1' ? null : <code>{factor(p)}</code>}
            </li>
          ))}
        </ul>
      ) : null}
      {excerpt ? (
        <>
          <p class="caption">
            kernels/elementwise.ts, line {excerpt.line}: the value, the partial derivatives, the form for kernels
          </p>
          <Code text={excerpt.text} from={excerpt.line} label={`The entry of ${node.name} in the table`} />
        </>
      ) : null}
    </>
  );
}
