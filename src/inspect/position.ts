import type { Position } from './trace.ts';

/** `at f (file:12:5)` and `at file:12:5` of V8, and `f@file:12:5` of Gecko and WebKit. */
const frame = /^(?:\s*at (?:.*? \()?(?:async )?|[^@]*@)(.+?):(\d+):(\d+)\)?$/;

/** Returns the path of a `file:` address; other names of files stay as they are. */
const pathOf = (file: string): string => (file.startsWith('file://') ? decodeURI(file.slice(7)) : file);

/**
 * The folders of this package's own code, whose frames are no part of a program: where the built
 * files are, or those of the sources.
 */
const here = pathOf((import.meta.url as string | undefined)?.replace(/[^/]*$/, '') ?? '');
const own = here.endsWith('/src/inspect/')
  ? ['src/', 'kernels/'].map((f) => here.replace(/src\/inspect\/$/, f))
  : [here || 'cotangent/'];

/**
 * Tells whether a file belongs to a user's program: it is neither this package's own, nor that of
 * another package, nor a part of the JavaScript engine.
 */
export const isProgramFile = (file: string): boolean =>
  !own.some((folder) => file.startsWith(folder)) &&
  !file.includes('/node_modules/') &&
  !/^(node:|native|<anonymous>|\[)/.test(file);

/**
 * Returns the place of the innermost call that stands in the program, given the text of a stack.
 */
export function positionIn(stack: string, isProgram: (file: string) => boolean): Position | undefined {
  for (const line of stack.split('\n')) {
    const match = frame.exec(line);
    if (!match) continue;
    const file = pathOf(match[1]!);
    if (isProgram(file)) return { file, line: Number(match[2]), column: Number(match[3]) };
  }
  return undefined;
}

/** Returns the text of the stack with at most `most` frames; V8 alone would give ten. */
function stackOf(most: number): string {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = most;
  // A program may format stacks in its own way.
  const stack: unknown = new Error().stack;
  Error.stackTraceLimit = before;
  return typeof stack === 'string' ? stack : '';
}

/**
 * Returns the place in the program that is running now. The engine's own frames come first. They
 * are seldom many, and the time to write a stack grows with its length.
 */
export const positionNow = (isProgram: (file: string) => boolean): Position | undefined =>
  positionIn(stackOf(16), isProgram) ?? positionIn(stackOf(200), isProgram);
