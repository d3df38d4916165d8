/** A text in three parts: what gpu.js puts around every kernel, and the kernel's own lines. */
export interface Folded {
  readonly before: string;
  readonly heart: string;
  readonly after: string;
}

/** What a line begins with where the kernel itself begins, in GLSL, WGSL and WebAssembly text. */
const beginnings = [/^\s*void kernel\(\)/, /^\s*fn main\b|^\s*@compute\b/, /^\s*\(func\b/];

/**
 * Finds the kernel's own lines in generated code: the function `kernel` of a GLSL shader, the entry
 * point of a WGSL one, and the functions of a WebAssembly module. Other texts are returned whole.
 */
export function foldOf(text: string): Folded {
  const lines = text.split('\n');
  for (const beginning of beginnings) {
    const from = lines.findIndex((l) => beginning.test(l));
    if (from < 0) continue;
    let [depth, to] = [0, from];
    const isLisp = lines[from]!.trimStart().startsWith('(');
    const [open, close] = isLisp ? ['(', ')'] : ['{', '}'];
    let seen = false;
    for (; to < lines.length; to++) {
      for (const c of lines[to]!) {
        if (c === open) {
          depth++;
          seen = true;
        } else if (c === close) depth--;
      }
      if (seen && depth <= 0) break;
    }
    const join = (a: number, b: number): string => lines.slice(a, b).join('\n');
    return { before: join(0, from), heart: join(from, to + 1), after: join(to + 1, lines.length) };
  }
  return { before: '', heart: text, after: '' };
}

/**
 * Returns the variables of the kernel that a line of any language names, as JavaScript writes them:
 * `v3` is `user_v3` in GLSL and WGSL.
 */
export const variablesIn = (line: string): readonly string[] => [
  ...new Set([...line.matchAll(/(?:^|[^\w.])(?:user_)?([vt]\d+)\b/g)].map((m) => m[1]!)),
];

/** Returns the variable that a line declares or sets, if it does. */
export function variableSet(line: string): string | undefined {
  return /^\s*(?:(?:const|let|var|float|int)\s+)?(?:user_)?([vt]\d+)\s*(?::\s*\w+\s*)?[-+*]?=(?!=)/.exec(line)?.[1];
}
