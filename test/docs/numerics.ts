import { beforeAll, describe, expect, test } from 'vitest';
import page from '../../docs/numerics.md?raw';
import type { GpuName } from '../../src/device/gpujs/gpujs.ts';
import * as cotangent from '../../src/index.ts';
import { tensor, type DeviceName, type Tensor } from '../../src/index.ts';
import { openGpu } from '../support/openGpu.ts';

type Row = Readonly<Record<string, string>>;

/** The rows of the table whose first column has this title, by the titles of their columns. */
function tableOf(title: string): Row[] {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${title} `));
  const cells = (line: string): string[] =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const titles = cells(lines[start] ?? '');
  const end = lines.findIndex((line, i) => i > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) => {
    const row = cells(line);
    return Object.fromEntries(titles.map((t, i) => [t, row[i]!]));
  });
}

const plain = (text: string): string =>
  text.replaceAll('`', '').replaceAll('−', '-').replaceAll('∞', 'Infinity').replaceAll('π', '3.14159');
const numberOf = (text: string): number =>
  Number(
    plain(text)
      .replace('-3.14159', `${-Math.PI}`)
      .replace(/^3\.14159$/, `${Math.PI}`),
  );

/** What a cell such as `maximum(NaN, 1)`, `x.sub(x), x = ∞` or `max([1, NaN])` computes. */
function built(cell: string): Tensor {
  const functions = cotangent as unknown as Record<string, (...args: unknown[]) => Tensor | Tensor[]>;
  const [, method, name, inside, given] = /^(x\.)?(\w+)\((.*)\)(?:, x = (.*))?$/.exec(plain(cell))!;
  const filled = (value: string): Tensor => tensor([1, 1, 1, 1].map(() => Number(value)));
  if (inside!.startsWith('[')) {
    const list = inside!.slice(1, -1).split(', ').map(Number);
    const y = functions[name!]!(tensor(list));
    return Array.isArray(y) ? y[0]! : y;
  }
  const args = inside!.split(', ');
  if (!method) return functions[name!]!(...args.map(filled)) as Tensor;
  const x = filled(given!);
  return functions[name!]!(x, ...args.map((a) => (a === 'x' ? x : Number(a)))) as Tensor;
}

/** Three digits are compared; −0 is not told from 0. */
function expectSame(got: ArrayLike<number>, cell: string): void {
  const want = plain(cell)
    .replace(/^\[(.*)\]$/, '$1')
    .split(', ')
    .map(numberOf);
  const seen = Array.from(got).slice(0, want.length);
  const rounded = (x: number): string => (x === 0 ? '0' : Number.isFinite(x) ? x.toPrecision(3) : String(x));
  expect(seen.map(rounded)).toEqual(want.map(rounded));
}

const columnOf = (row: Row, device: string): string | undefined =>
  Object.entries(row).find(([title]) => plain(title).split(', ').includes(device))?.[1];

/** Whether the current device is one that the tables speak of: two programs that imitate a GPU. */
async function isMeasured(name: DeviceName): Promise<boolean> {
  if (name === 'webgpu') {
    interface Gpu {
      requestAdapter(): Promise<{ info: { architecture: string } } | null>;
    }
    const adapter = await (globalThis as unknown as { navigator: { gpu: Gpu } }).navigator.gpu.requestAdapter();
    return adapter?.info.architecture === 'swiftshader';
  }
  if (!name.includes('gl')) return true;
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  const names = gl?.getExtension('WEBGL_debug_renderer_info');
  return !!names && String(gl!.getParameter(names.UNMASKED_RENDERER_WEBGL)).includes('llvmpipe');
}

/** The tables of docs/numerics.md against the current device. */
export function numericsSuite(name: DeviceName): void {
  describe('docs/numerics.md', () => {
    let measured = false;
    beforeAll(async () => {
      measured = await isMeasured(name);
    });
    const elsewhere = 'the table does not speak of this GPU';

    for (const row of tableOf('Everywhere'))
      test(`${row['Everywhere']!} is ${row['Result']!}`, async () => {
        expectSame(await built(row['Everywhere']!).data(), row['Result']!);
      });

    for (const row of tableOf('It depends'))
      test(`${row['It depends']!} is ${columnOf(row, name)}`, async ({ skip }) => {
        if (!measured) skip(elsewhere);
        expectSame(await built(row['It depends']!).data(), columnOf(row, name)!);
      });

    for (const row of name.startsWith('webg') ? tableOf('Bare function') : [])
      test(`the bare ${row['Bare function']!} at ${row['x']!} is ${columnOf(row, name)}`, async ({ skip }) => {
        if (!measured) skip(elsewhere);
        const on = name as GpuName;
        const source = plain(row['Bare function']!).replace(/\bx\b/g, 'a[this.thread.x]');
        const kernel = (await openGpu(on)).make(`function (a) { return ${source}; }`, 4);
        const x = numberOf(row['x']!);
        const result = await kernel(Float32Array.of(x, x, x, x));
        expectSame(result instanceof Float32Array ? result : await result.toArray(), columnOf(row, name)!);
      });
  });
}
