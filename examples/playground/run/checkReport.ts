import { isTrace } from './isTrace.ts';
import { levels, longestLine, mostLines, type ConsoleText, type RunnerReport } from './report.ts';
import { decode } from './wire.ts';

type Loose = Readonly<Record<string, unknown>>;

const isText = (x: unknown, most: number): x is string => typeof x === 'string' && x.length <= most;

const isLine = (x: unknown): x is ConsoleText =>
  typeof x === 'object' &&
  x !== null &&
  isText((x as Loose).text, longestLine + 1) &&
  (levels as readonly unknown[]).includes((x as Loose).level);

const isKnown: Readonly<Record<string, (x: Loose) => boolean>> = {
  ready: () => true,
  need: ({ name }) => isText(name, 40),
  console: ({ lines, dropped }) =>
    Array.isArray(lines) && lines.length <= mostLines && lines.every(isLine) && Number.isSafeInteger(dropped),
  failed: ({ name, message, stack }) => isText(name, 1e6) && isText(message, 1e6) && isText(stack, 1e6),
  // What the graph says is checked by fromData, in the worker that builds it.
  graph: ({ asked, why }) => Number.isSafeInteger(asked) && (why === undefined || isText(why, 1e6)),
  done: ({ trace }) => trace === undefined || isTrace(trace),
};

/**
 * Returns the report that a worker's text is, or undefined if it is none. The text is a program's,
 * so nothing in it is taken for granted.
 */
export function reportOf(text: string): RunnerReport | undefined {
  let value: unknown;
  try {
    value = decode(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind } = value as Loose;
  const isOne = typeof kind === 'string' && Object.hasOwn(isKnown, kind) && isKnown[kind]!(value as Loose);
  return isOne ? (value as RunnerReport) : undefined;
}
