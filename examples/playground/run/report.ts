import type { GraphData, Trace } from 'cotangent/inspect';

export const levels = ['log', 'info', 'warn', 'error', 'debug'] as const;
export type Level = (typeof levels)[number];

/** What a program's worker is told. */
export type RunnerRequest =
  | { readonly kind: 'files'; readonly files: Readonly<Record<string, string>> }
  | {
      readonly kind: 'run';
      /** The program's text, cut where it names a file that it imports. */
      readonly pieces: readonly string[];
      readonly imports: readonly string[];
    }
  /** Asks for the graph of a node of the trace. */
  | { readonly kind: 'graph'; readonly asked: number; readonly node: number };

/** What a program's worker tells. Programs can send anything; see `reportOf`. */
export type RunnerReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'need'; readonly name: string }
  | { readonly kind: 'console'; readonly lines: readonly ConsoleText[]; readonly dropped: number }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string; readonly stack: string }
  | { readonly kind: 'done'; readonly trace?: Trace }
  /** A graph with the ids of its nodes in the trace, or why there is none. */
  | { readonly kind: 'graph'; readonly asked: number; readonly graph?: GraphData; readonly why?: string };

export interface ConsoleText {
  readonly level: Level;
  readonly text: string;
}

/** A console has this many lines, each of this many characters. */
export const mostLines = 1000;
export const longestLine = 10_000;
