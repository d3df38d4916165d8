import { textOf } from './sources.ts';

export interface CodeBlock {
  /** A file name made from the page and the line: `docs/numerics.md` line 12 is `numerics-12`. */
  readonly name: string;
  readonly code: string;
  /** The texts of the `// → text` comments, which must be printed in this order. */
  readonly printed: readonly string[];
  /** The complete output, if a `text` block follows. */
  readonly output?: string;
}

/**
 * Returns the TypeScript blocks of a page. A block is independent unless its fence reads `ts
 * continued`; then it begins with the code of the block before it. A `text` block directly below
 * shows its exact output.
 */
export function codeBlocks(page: string): CodeBlock[] {
  const text = textOf(page);
  const blocks: CodeBlock[] = [];
  for (const match of text.matchAll(/^```ts( continued)?\n([\s\S]*?)^```$(?:\n\n```text\n([\s\S]*?)^```$)?/gm)) {
    const line = text.slice(0, match.index).split('\n').length;
    const before = match[1] === undefined ? undefined : blocks.at(-1);
    const code = (before?.code ?? '') + match[2]!;
    const printed = [...code.matchAll(/\/\/ → (.*)$/gm)].map((told) => told[1]!.trim());
    const earlier = before?.output ?? before?.printed.map((told) => `${told}\n`).join('') ?? '';
    blocks.push({
      name: `${page.replace(/^.*\//, '').replace(/\.md$/, '')}-${line}`,
      code,
      ...(match[3] === undefined ? { printed } : { printed: [], output: earlier + match[3] }),
    });
  }
  return blocks;
}
