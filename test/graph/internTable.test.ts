import { expect, test } from 'vitest';
import { InternTable } from '../../src/graph/internTable.ts';
import '../support/collector.ts';

/** Bytes of the heap after a collection. */
function heap(): number {
  (globalThis as { gc?: () => void }).gc!();
  return process.memoryUsage().heapUsed;
}

test('keys that are looked for once, as those of functions are, leave nothing behind', () => {
  const table = new InternTable();
  const look = (from: number, to: number): void => {
    // Joined at once: a key is flat text, as that of a node.
    for (let i = from; i < to; i++) table.find(['custom', `ƒ${i}`, 'a'.repeat(100)].join(';'), []);
  };
  look(0, 5000);
  const before = heap();
  look(5000, 60_000);
  expect(heap() - before).toBeLessThan(2e6);
});
