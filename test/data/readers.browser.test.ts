import './checkpoint.test.ts';
import './fuzzed.test.ts';
import './hostile.test.ts';
import './inflate.test.ts';
import './readers.test.ts';
import './tables.test.ts';
import './usersFiles.test.ts';
import { expect, test } from 'vitest';
import { batches, decodeJpeg, parseCsv, parseIdx, parseSafetensors, toSafetensors } from '../../src/data/browser.ts';
import { dataset } from '../../src/data/dataset.ts';
import { key, tensor, type Tensor } from '../../src/index.ts';

test('a page decodes the JPEG that its own encoder makes', async () => {
  const canvas = new OffscreenCanvas(40, 24);
  const context = canvas.getContext('2d')!;
  for (let y = 0; y < 24; y++)
    for (let x = 0; x < 40; x++) {
      context.fillStyle = `rgb(${5 * x} ${8 * y} 100)`;
      context.fillRect(x, y, 1, 1);
    }
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.98 });
  const { data, height, width } = await decodeJpeg(new Uint8Array(await blob.arrayBuffer()), 'a.jpg');
  expect([height, width]).toEqual([24, 40]);
  for (let y = 0; y < 24; y++)
    for (let x = 0; x < 40; x++)
      for (const [k, value] of [5 * x, 8 * y, 100].entries())
        expect(Math.abs(data[3 * (40 * y + x) + k]! - value)).toBeLessThan(16);
});

test('a page reads gzip and CSV, and its checkpoints come back', async () => {
  const packed = new Blob([Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9)])
    .stream()
    .pipeThrough(new CompressionStream('gzip'));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  expect(await parseIdx(bytes, 'a.gz')).toEqual({ data: Uint8Array.of(7, 9), shape: [2] });
  const { columns } = await parseCsv(new TextEncoder().encode('x,y\n1,2\n3,4\n'), 'a.csv');
  expect(columns.y!.data).toEqual(Float64Array.of(2, 4));
  const { tree } = await parseSafetensors(await toSafetensors({ w: tensor([1, 2]), step: 3 }), 'a');
  const { w, step } = tree as { w: Tensor; step: number };
  expect([await w.array(), step]).toEqual([[1, 2], 3]);
});

test('a page has the same batches as Node', async () => {
  const numbers = dataset({ x: { data: Float32Array.of(0, 1, 2, 3, 4), shape: [5] } });
  const got: unknown[] = [];
  for await (const { x } of batches(numbers, { size: 2, key: key(1) })) got.push(await x.array());
  // As docs/data.md shows it.
  expect(got).toEqual([[2, 0], [4, 1], [3]]);
});
