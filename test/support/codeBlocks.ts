import { textOf } from './sources.ts';

export interface CodeBlock {
  /** A file name made of the page and the line: `docs/numerics.md` line 12 is `numerics-12`. */
  readonly name: string;
  readonly code: string;
  /** What `// → text` comments say will be printed, in order. */
  readonly printed: readonly string[];
  /** All that it prints, where a `text` block follows it. */
  readonly output?: string;
}

/**
 * The TypeScript blocks of a page. A block stands alone, unless its fence reads `ts continued`:
 * then it begins with the code of the block before it. A `text` block right below shows what it
 * prints, word for word.
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
