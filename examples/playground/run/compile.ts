import { TraceMap, originalPositionFor } from '@jridgewell/trace-mapping';
import { parse } from 'es-module-lexer/js';
import { transform } from 'sucrase';
import { modules } from './parts.ts';

/** A place in the program. Lines and columns count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A program as JavaScript, cut where it names what it imports. */
export interface Compiled {
  readonly pieces: readonly string[];
  /** The engine's files that stand between the pieces. */
  readonly imports: readonly string[];
  /** Returns the place in the program's text that a place in the JavaScript comes from. */
  readonly original: (place: Place) => Place;
}

/** Thrown if a program cannot be started; `place` is where. */
export class CompileError extends Error {
  override readonly name = 'SyntaxError';
  readonly place: Place | undefined;

  constructor(message: string, place: Place | undefined) {
    super(message);
    this.place = place;
  }
}

const placeAt = (text: string, offset: number): Place => {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
};

interface Transformed {
  readonly code: string;
  readonly original: Compiled['original'];
}

/** Removes the types. Every line stays a line. */
function withoutTypes(text: string): Transformed {
  try {
    const { code, sourceMap } = transform(text, {
      transforms: ['typescript'],
      disableESTransforms: true,
      filePath: 'program.ts',
      sourceMapOptions: { compiledFilename: 'program.js' },
    });
    const map = new TraceMap(JSON.stringify(sourceMap));
    const original = ({ line, column }: Place): Place => {
      const found = originalPositionFor(map, { line, column: Math.max(0, column - 1) });
      return found.line === null ? { line, column } : { line: found.line, column: found.column + 1 };
    };
    return { code, original };
  } catch (error) {
    const { message, loc } = error as Error & { readonly loc?: Place };
    const text = message.replace(/^Error transforming program\.ts: /, '').replace(/ \(\d+:\d+\)$/, '');
    throw new CompileError(text, loc && { line: loc.line, column: loc.column });
  }
}

/** A program has at most this many characters: the page stands still while it is compiled. */
export const longestProgram = 2e6;

/**
 * Compiles a program, in milliseconds. Throws a CompileError if its syntax is wrong, or if it
 * imports anything but cotangent.
 */
export function compile(text: string): Compiled {
  if (text.length > longestProgram)
    throw new CompileError(
      `the playground runs programs of up to ${longestProgram / 1e6} million characters, got ${(text.length / 1e6).toFixed(1)} million`,
      undefined,
    );
  const { code, original } = withoutTypes(text);
  let imports: ReturnType<typeof parse>[0];
  try {
    [imports] = parse(code, 'program.ts');
  } catch (error) {
    const { idx } = error as { readonly idx?: number };
    throw new CompileError('the program is not a module', idx === undefined ? undefined : original(placeAt(code, idx)));
  }
  const pieces: string[] = [];
  const files: string[] = [];
  let end = 0;
  for (const { n: name, d: dynamic, s: from, e: to } of imports) {
    if (name === undefined) continue;
    const file = Object.hasOwn(modules, name) ? modules[name]! : undefined;
    if (file === undefined)
      throw new CompileError(
        `the playground has cotangent only: import from ${Object.keys(modules).join(', ')}, not from '${name}'`,
        original(placeAt(code, from)),
      );
    // The place of an import() includes its quotes.
    const quote = dynamic > -1 ? 1 : 0;
    pieces.push(code.slice(end, from + quote));
    files.push(file);
    end = to - quote;
  }
  pieces.push(code.slice(end));
  return { pieces, imports: files, original };
}
