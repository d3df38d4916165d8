/** One small change to a file. */
export interface Mutant {
  readonly file: string;
  /** The whole file with the change. */
  readonly text: string;
  /** The changed line in its original form. */
  readonly line: string;
  /** The replacement and its column in the line. */
  readonly change: string;
}

/** The replacements. Operators stand between spaces, as the formatter writes them. */
const replacements: readonly (readonly [RegExp, (found: string) => string])[] = [
  [/ \+ /g, () => ' - '],
  [/ - /g, () => ' + '],
  [/ \* /g, () => ' / '],
  [/ \/ /g, () => ' * '],
  [/ < /g, () => ' <= '],
  [/ <= /g, () => ' < '],
  [/ > /g, () => ' >= '],
  [/ >= /g, () => ' > '],
  [/ === /g, () => ' !== '],
  [/ !== /g, () => ' === '],
  [/ && /g, () => ' || '],
  [/ \|\| /g, () => ' && '],
  [/ \? /g, () => ' && 0 ? '],
  [/ \? /g, () => ' || 1 ? '],
  [/ >>> /g, () => ' << '],
  [/ \^ /g, () => ' | '],
  [/\bif \(/g, () => 'if (!'],
  [/\btrue\b/g, () => 'false'],
  [/\bfalse\b/g, () => 'true'],
  [/\.every\(/g, () => '.some('],
  [/\.some\(/g, () => '.every('],
  [/\.filter\(/g, () => '.map('],
  [/\bMath\.max\b/g, () => 'Math.min'],
  [/\bMath\.min\b/g, () => 'Math.max'],
  [/\bMath\.floor\b/g, () => 'Math.ceil'],
  [/(?<=[( ])-(?=[\w(])/g, () => ''],
  [/(?<![\w$.])\d+(\.\d+)?(e[+-]?\d+)?(?![\w$.])/g, changed],
];

/**
 * Returns an adjacent number for an integer below 10, otherwise a number greater by a thousandth.
 */
function changed(found: string): string {
  const x = Number(found);
  return Number.isInteger(x) && Math.abs(x) < 10 ? String(x + 1) : String(x * 1.001);
}

/** Returns the text with comments, strings and imports blanked, so that they are not changed. */
function blanked(text: string): string {
  const blank = (s: string): string => s.replace(/[^\n]/g, '·');
  return text
    .replace(/^(?:import|export)\b[^;]*?from '[^']*';/gm, blank)
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, blank);
}

/** Yields a mutant for every place in a file where a replacement fits. */
export function* mutantsOf(file: string, text: string): Generator<Mutant> {
  const code = blanked(text);
  for (const [pattern, by] of replacements)
    for (const match of code.matchAll(pattern)) {
      const [found] = match;
      const replaced = by(found);
      const [from, to] = [match.index, match.index + found.length];
      const start = text.lastIndexOf('\n', from - 1) + 1;
      const end = text.indexOf('\n', from);
      const line = text.slice(start, end);
      const before = line.slice(0, from - start).trim();
      yield {
        file,
        text: text.slice(0, from) + replaced + text.slice(to),
        line: line.trim(),
        change: `${found.trim()} → ${replaced.trim() || 'nothing'} at ${before.length}`,
      };
    }
}
