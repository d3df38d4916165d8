import { useSignal, type Signal } from '@preact/signals';
import type { Trace } from 'cotangent/inspect';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { foldOf, variableSet, variablesIn } from '../graph/kernelText.ts';
import type { KernelText } from '../state/session.ts';
import { Code } from './Code.tsx';
import { counted, shapeText } from './number.ts';

/** Plans the computation of a node on a device, and returns the kernels. */
export type Kernels = (request: { readonly node: number; readonly device: string }) => Promise<readonly KernelText[]>;

interface Props {
  readonly trace: Trace;
  readonly node: number;
  /** The nodes whose computation is shown; the kernels are those of a plan for them. */
  readonly roots: readonly number[];
  readonly kernels: Kernels | undefined;
  /** The device whose language is shown; that of JavaScript stands for one without a language. */
  readonly chosen: Signal<string>;
}

/** The languages, and a device that runs kernels in each. */
const languages = [
  { name: 'JavaScript', device: 'cpu' },
  { name: 'GLSL', device: 'webgl2' },
  { name: 'WGSL', device: 'webgpu' },
  { name: 'WebAssembly', device: 'webasm' },
] as const;

type Answer = readonly KernelText[] | { readonly failure: string };

const computes = (step: KernelText, node: number): boolean =>
  step.ids.root.includes(node) || step.ids.fused.includes(node);

/**
 * The kernel that computes a node, in JavaScript, GLSL, WGSL and WebAssembly. The plan is that for
 * what is shown or, if that one does not need the node, one for the node.
 */
export function Kernel({ trace, node, roots, kernels, chosen }: Props): JSX.Element {
  const answers = useSignal<Readonly<Record<string, Answer>>>({});
  const variable = useSignal<string | undefined>(undefined);
  const root = roots[0] ?? node;
  const { device } = languages.find((l) => l.device === chosen.value) ?? languages[0];
  const keyOf = (target: number): string => `${device} ${target}`;
  const ofRoot = answers.value[keyOf(root)];
  const isElsewhere = Array.isArray(ofRoot) && !(ofRoot as readonly KernelText[]).some((s) => computes(s, node));
  const target = isElsewhere ? node : root;
  const isMade = trace.nodes[node]!.inputs.length > 0;
  const answer = isElsewhere && !isMade ? [] : answers.value[keyOf(target)];
  useEffect(() => {
    answers.value = {};
    variable.value = undefined;
  }, [trace]);
  useEffect(() => {
    if (!kernels || answer !== undefined) return undefined;
    let isOld = false;
    const set = (got: Answer): void => void (isOld || (answers.value = { ...answers.value, [keyOf(target)]: got }));
    kernels({ node: target, device }).then(set, (e: unknown) =>
      set({ failure: e instanceof Error ? e.message : String(e) }),
    );
    return () => void (isOld = true);
  }, [target, trace, device, kernels, answer !== undefined]);
  const steps = Array.isArray(answer) ? (answer as readonly KernelText[]) : undefined;
  const own = steps?.find((s) => computes(s, node));
  return (
    <div class="kernel" data-test="kernel">
      <div class="choice kernel-languages" role="radiogroup" aria-label="The language">
        {languages.map((l) => (
          <label class="choice-option" key={l.name}>
            <input
              type="radio"
              name="kernel-language"
              checked={l.device === device}
              data-test={`language-${l.name}`}
              onChange={() => (chosen.value = l.device)}
            />
            {l.name}
          </label>
        ))}
      </div>
      {answer === undefined ? <p class="caption">The plan is made…</p> : null}
      {answer !== undefined && 'failure' in answer ? (
        <p class="kernel-failure" data-test="kernel-failure">
          {answer.failure}{' '}
          <button
            type="button"
            class="button button-plain"
            data-test="kernel-again"
            onClick={() => {
              const { [keyOf(target)]: _, ...rest } = answers.value;
              answers.value = rest;
            }}
          >
            Ask again
          </button>
        </p>
      ) : null}
      {steps && !own ? <p>No kernel computes this node: it is data, or it equals what it is made from.</p> : null}
      {own && isElsewhere ? (
        <p class="caption">What is shown does not need this node, so this is the plan for the node alone.</p>
      ) : null}
      {own ? (
        <KernelOf
          step={own}
          node={node}
          isJavascript={device === 'cpu'}
          variable={variable.value}
          onVariable={(v) => (variable.value = v)}
        />
      ) : null}
    </div>
  );
}

interface KernelProps {
  readonly step: KernelText;
  readonly node: number;
  readonly isJavascript: boolean;
  readonly variable: string | undefined;
  readonly onVariable: (variable: string | undefined) => void;
}

function KernelOf({ step, node, isJavascript, variable, onVariable }: KernelProps): JSX.Element {
  const text = isJavascript ? step.javascript || step.generated : step.generated;
  const { before, heart, after } = foldOf(text);
  const own = step.variables[node] ?? [];
  const isReturned = step.ids.root.includes(node) || own.includes('return');
  const isLit = (line: string): boolean => {
    const set = variableSet(line);
    if (variable !== undefined) return variablesIn(line).includes(variable);
    if (set !== undefined) return own.includes(set);
    return isReturned && /\breturn\b|kernelResult|result\[/.test(line);
  };
  const fold = (part: string, what: string): JSX.Element | null =>
    part.trim() === '' ? null : (
      <details class="kernel-fold">
        <summary>
          {counted(part.trim().split('\n').length, 'line')} {what} the kernel
        </summary>
        <Code text={part} label={`What stands ${what} the kernel`} />
      </details>
    );
  return (
    <>
      <p class="caption">
        {step.kind} <strong>{step.name}</strong> {shapeText(step.shape)}, {counted(step.bytes, 'byte')}; stored because{' '}
        {step.reason}.
        {step.ids.fused.length > 0 ? ` ${counted(step.ids.fused.length, 'node')} computed on the way.` : ''}
      </p>
      {fold(before, 'before')}
      <Code
        text={heart}
        isLit={isLit}
        label="The kernel"
        onLine={(i) => {
          const line = heart.split('\n')[i]!;
          const name = variableSet(line) ?? variablesIn(line)[0];
          onVariable(name === variable ? undefined : name);
        }}
      />
      {fold(after, 'after')}
      {variable === undefined ? null : (
        <p class="caption">
          Marked: <code>{variable}</code>, which is <code>user_{variable}</code> in GLSL and WGSL.{' '}
          <button type="button" class="link" onClick={() => onVariable(undefined)}>
            Mark the node again
          </button>
        </p>
      )}
    </>
  );
}
