import { parseStack } from 'error-stack-parser-es/lite';
import type { Compiled, Place } from './compile.ts';

/** What is told of a program that failed. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  /** Where in the program. */
  readonly place?: Place;
  /** The calls above it in the program, from the innermost. */
  readonly calls: readonly { readonly name: string; readonly place: Place }[];
  /** Where in cotangent: the engine's calls, from the innermost. */
  readonly inside: readonly string[];
}

interface Frame {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Returns the calls of a stack of V8, Gecko or WebKit, from the innermost. */
export function framesOf(stack: string): readonly Frame[] {
  return parseStack(stack).flatMap(({ function: name = '', file = '', line, col }) =>
    line === undefined
      ? []
      : [{ name: name.replace(/^async /, ''), file: file.replace(/^async /, ''), line, column: col ?? 1 }],
  );
}

/** Returns what is told of an error that a program's worker reports. */
export function failureOf(
  { name, message, stack }: { readonly name: string; readonly message: string; readonly stack: string },
  original: Compiled['original'],
): Failure {
  // A message may contain what looks like a call.
  const head = `${name}: ${message}`;
  const frames = framesOf(stack.startsWith(head) ? stack.slice(head.length) : stack);
  const calls = frames.filter(({ file }) => file === 'program.ts').map((f) => ({ name: f.name, place: original(f) }));
  const first = frames.findIndex(({ file }) => file === 'program.ts');
  const inside = frames
    .slice(0, first < 0 ? frames.length : first)
    .filter(({ file }) => file.startsWith('cotangent/'))
    .map((f) => `${f.name || '(anonymous)'} ${f.file}:${f.line}:${f.column}`);
  return { name, message, calls, inside, ...(calls[0] && { place: calls[0].place }) };
}
