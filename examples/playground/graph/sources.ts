/** A part of a source file, with the number of its first line. */
export interface Excerpt {
  readonly text: string;
  readonly line: number;
}

/**
 * Returns the property of an object literal of a source file, with the comment above it: from the
 * line `  name: …` to the line before the next property of the same depth. Undefined if there is
 * none. It reads our own formatted sources, where a property of the outermost literal begins after
 * two spaces. `after` is a text after which the literal begins.
 */
export function propertyOf(source: string, name: string, after: string): Excerpt | undefined {
  const lines = source.split('\n');
  const begin = lines.findIndex((l) => l.includes(after));
  const at = lines.findIndex((l, i) => i > begin && l.startsWith(`  ${name}: `));
  if (begin < 0 || at < 0) return undefined;
  let from = at;
  if (/^ {2}( \*\/|\/\/|\/\*\*.*\*\/$)/.test(lines[at - 1]!)) {
    from--;
    while (from > begin + 1 && !/^ {2}\/\*\*/.test(lines[from]!) && /^ {2}( \*|\/\/)/.test(lines[from]!)) from--;
    if (!/^ {2}\/[*/]/.test(lines[from]!)) from++;
  }
  let to = at + 1;
  while (to < lines.length && !/^(\}| {2}(\w+:|\/\*\*|\/\/))/.test(lines[to]!)) to++;
  const text = lines.slice(from, to).join('\n').trimEnd();
  return { text: text.replace(/^ {2}/gm, ''), line: from + 1 };
}

/** Returns a function of a source file at the outermost level, with the comment above it. */
export function functionOf(source: string, name: string): Excerpt | undefined {
  const lines = source.split('\n');
  const isIt = new RegExp(`^(export )?(async )?function ${name}\\b|^(export )?const ${name}\\b`);
  const at = lines.findIndex((l) => isIt.test(l));
  if (at < 0) return undefined;
  let from = at;
  if (/^( ?\*\/|\/\*\*.*\*\/$)/.test(lines[at - 1] ?? '')) {
    from--;
    while (from > 0 && !lines[from]!.startsWith('/**')) from--;
  }
  const isLong = /[{(]$/.test(lines[at]!);
  let to = at + 1;
  while (isLong && to < lines.length && !/^[})]/.test(lines[to]!)) to++;
  if (!isLong) while (to < lines.length && lines[to]!.startsWith('  ')) to++;
  return { text: lines.slice(from, isLong ? to + 1 : to).join('\n'), line: from + 1 };
}

/** A row of docs/autodiff.md: an operation in words and the cotangent of its input. */
export interface Formula {
  readonly operation: string;
  readonly cotangent: string;
}

/** Returns the row of the table in docs/autodiff.md that begins with a name. */
export function formulaOf(page: string, name: string): Formula | undefined {
  const row = page.split('\n').find((l) => new RegExp(`^\\| ${name}\\b`).test(l));
  const cells = row?.split(/(?<!\\)\|/).map((c) => c.trim());
  return cells?.[1] === undefined || cells[2] === undefined ? undefined : { operation: cells[1], cotangent: cells[2] };
}
