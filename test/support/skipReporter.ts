import type { Reporter, TestModule } from 'vitest/node';

/** Prints at the end of a run how many tests of each file did not run on this machine. */
export class SkipReporter implements Reporter {
  readonly #missing: readonly string[];

  /** `missing` lists whole projects that were left out, one line each. */
  constructor(missing: readonly string[]) {
    this.#missing = missing;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = [...this.#missing];
    for (const module of modules) {
      const skipped = [...module.children.allTests('skipped')];
      if (skipped.length === 0) continue;
      lines.push(`${module.relativeModuleId}: ${skipped.length} skipped, from "${skipped[0]?.fullName}" on`);
    }
    if (lines.length === 0) return;
    const rule = '='.repeat(100);
    console.warn(`\n${rule}\nSKIPPED ON THIS MACHINE\n${lines.map((line) => `  ${line}`).join('\n')}\n${rule}`);
  }
}
