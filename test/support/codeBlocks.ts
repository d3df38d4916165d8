import { textOf } from './sources.ts';

export interface CodeBlock {
  /** A file name made of the page and the line: `docs/numerics.md` line 12 is `numerics-12`. */
  readonly name: string;
  readonly code: string;
  /** What `// → text` comments say will be printed, in order. */
  readonly printed: readonly string[];
}

/**
 * The TypeScript blocks of a page. A block stands alone, unless its fence reads `ts continued`: then it begins with the
 * code of the block before it.
 */
export function codeBlocks(page: string): CodeBlock[] {
  const text = textOf(page);
  const blocks: CodeBlock[] = [];
  for (const match of text.matchAll(/^```ts( continued)?\n([\s\S]*?)^```$/gm)) {
    const line = text.slice(0, match.index).split('\n').length;
    const before = match[1] === undefined ? '' : (blocks.at(-1)?.code ?? '');
    const code = before + match[2]!;
    blocks.push({
      name: `${page.replace(/^.*\//, '').replace(/\.md$/, '')}-${line}`,
      code,
      printed: [...code.matchAll(/\/\/ → (.*)$/gm)].map((shown) => shown[1]!.trim()),
    });
  }
  return blocks;
}
