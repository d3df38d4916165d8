import { execFileSync, spawn } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import jpeg from 'jpeg-js';
import { gzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  load,
  readCelebA,
  readCifar10,
  readCifar100,
  readCsv,
  readIdx,
  readMnist,
  readNpy,
  readNpz,
  save,
} from '../../src/data/index.ts';
import { parseSafetensors } from '../../src/data/checkpoint/parseSafetensors.ts';
import { key, tensor, type Tensor } from '../../src/index.ts';
import { root } from '../support/sources.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cotangent-data-'));
});
afterAll(async () => rm(folder, { recursive: true }));

describe('save and load', () => {
  test('a checkpoint goes to the disk and comes back', async () => {
    const path = join(folder, 'model.safetensors');
    await save(path, { w: tensor([1, 2]), step: 3, key: key(4) }, { note: 'first' });
    const { tree, metadata } = await load(path);
    const { w, step } = tree as { w: Tensor; step: number };
    expect([await w.array(), step, metadata]).toEqual([[1, 2], 3, { note: 'first' }]);
  });

  test('what cannot be written names the path that was given, not the draft', async () => {
    const missing = join(folder, 'no', 'such', 'model.safetensors');
    const saved = (path: string): Promise<void> => save(path, { w: tensor([1]) });
    await expect(saved(missing)).rejects.toThrow(
      `save: cannot write ${missing}: ENOENT: no such file or directory, open '${missing}'`,
    );
    await expect(saved(folder)).rejects.toThrow(`save: cannot write ${folder}: it is a folder; name a file in it`);
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('whoever reads while others write finds a whole file, and nothing else is left in the folder', async () => {
    const own = join(folder, 'busy');
    await mkdir(own);
    const path = join(own, 'model.safetensors');
    const tree = (i: number) => ({ w: tensor(new Float32Array(1000 + 500 * i).fill(i)) });
    await save(path, tree(0));
    let writing = true;
    const reading = (async () => {
      let count = 0;
      for (; writing; count++) {
        const { w } = (await load(path)).tree as { w: Tensor };
        const numbers = await w.data();
        expect(numbers.length).toBe(1000 + 500 * numbers[0]!);
        expect(new Set(numbers).size).toBe(1);
      }
      return count;
    })();
    for (let round = 0; round < 5; round++) await Promise.all([1, 2, 3, 4].map((i) => save(path, tree(i))));
    writing = false;
    expect(await reading).toBeGreaterThan(0);
    expect(await readdir(own)).toEqual(['model.safetensors']);
  });

  test('what cannot be written leaves the old file and no other', async () => {
    const own = join(folder, 'kept');
    await mkdir(join(own, 'taken'), { recursive: true });
    await expect(save(join(own, 'taken'), { w: tensor(1) })).rejects.toThrow(/^save: cannot write .*taken: /);
    await expect(save(join(own, 'none', 'x'), { w: tensor(1) })).rejects.toThrow(/^save: cannot write .*x: ENOENT/);
    await save(join(own, 'x'), { w: tensor(1) });
    await expect(save(join(own, 'x'), { f: () => 0 })).rejects.toThrow('a tree may hold');
    expect((await readdir(own)).sort()).toEqual(['taken', 'x']);
    expect(await ((await load(join(own, 'x'))).tree as { w: Tensor }).w.item()).toBe(1);
  });

  test('a save that is killed leaves the old checkpoint or the new one, whole', async () => {
    const path = join(folder, 'killed.safetensors');
    await save(path, { w: tensor(new Float32Array(2e5).fill(-1)) });
    const code = `
      import { save } from ${JSON.stringify(join(root, 'src/data/index.ts'))};
      import { tensor } from ${JSON.stringify(join(root, 'src/index.ts'))};
      for (let i = 0; ; i++) {
        await save(process.argv[1], { w: tensor(new Float32Array(2e5).fill(i)) });
        console.log(i);
      }`;
    for (let kill = 0; kill < 3; kill++) {
      const args = ['--import', 'tsx', '--input-type=module', '-e', code, path];
      const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
      await new Promise((resolve) => child.stdout.once('data', resolve));
      await wait(7 * kill);
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGKILL');
      await ended;
      const numbers = await ((await load(path)).tree as { w: Tensor }).w.data();
      expect([numbers.length, new Set(numbers).size]).toEqual([2e5, 1]);
    }
  }, 300_000);

  test('a symbolic link and permissions stay, and a name may be as long as names can be', async () => {
    const own = join(folder, 'linked');
    await mkdir(own);
    const far = join(own, 'x'.repeat(255));
    await save(far, { w: tensor(1) });
    await chmod(far, 0o600);
    await symlink(far, join(own, 'near'));
    await save(join(own, 'near'), { w: tensor(2) });
    expect((await lstat(join(own, 'near'))).isSymbolicLink()).toBe(true);
    expect((await stat(far)).mode & 0o777).toBe(0o600);
    expect(await ((await load(far)).tree as { w: Tensor }).w.item()).toBe(2);
    expect((await readdir(own)).sort()).toEqual(['near', 'x'.repeat(255)]);
  });

  test('a pipe is written to and stays a pipe', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const read = readFile(path);
    await save(path, { w: tensor(3) });
    expect(await ((await parseSafetensors(await read, 'pipe')).tree as { w: Tensor }).w.item()).toBe(3);
    expect((await stat(path)).isFIFO()).toBe(true);
  });

  test('errors name the path', async () => {
    await expect(load(join(folder, 'nowhere'))).rejects.toThrow(/^load: cannot read .*nowhere: ENOENT/);
    const path = join(folder, 'text.safetensors');
    await writeFile(path, 'hello');
    await expect(load(path)).rejects.toThrow(
      `safetensors: ${path} at byte 0: expected 8 bytes of the header's length, got 5`,
    );
  });
});

describe('single files', () => {
  test('are read by path', async () => {
    const idx = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 8);
    await writeFile(join(folder, 'a.gz'), gzipSync(idx));
    expect(await readIdx(join(folder, 'a.gz'))).toEqual({ data: Uint8Array.of(7, 8), shape: [2] });
    await writeFile(join(folder, 'a.csv'), 'x\n1\n');
    expect((await readCsv(join(folder, 'a.csv'))).columns.x).toEqual({ data: Float64Array.of(1), shape: [1] });
    for (const read of [readIdx, readNpy, readNpz, readCsv])
      await expect(read(join(folder, 'none'))).rejects.toThrow(
        `${read.name}: cannot read ${join(folder, 'none')}: ENOENT`,
      );
  });
});

describe('folders', () => {
  const mnist = (magic: number, shape: number[], data: number[]) =>
    Uint8Array.from([0, 0, 8, magic, ...shape.flatMap((d) => [0, 0, 0, d]), ...data]);

  test('MNIST: under either spelling of its names, gzipped or not', async () => {
    const own = join(folder, 'mnist');
    await mkdir(own);
    await writeFile(join(own, 'train-images-idx3-ubyte.gz'), gzipSync(mnist(3, [2, 1, 2], [1, 2, 3, 4])));
    await writeFile(join(own, 'train-labels.idx1-ubyte'), mnist(1, [2], [5, 6]));
    const { images, labels } = await (await readMnist(own)).rows([1]);
    expect([[...images.data], images.shape, [...labels.data]]).toEqual([[3, 4], [1, 1, 1, 2], [6]]);
    await expect(readMnist(own, { split: 'test' })).rejects.toThrow(
      `readMnist: one of these files is needed, got none: ${join(own, 't10k-images-idx3-ubyte')}, `,
    );
    await expect(readMnist(own, { split: 'val' as never })).rejects.toThrow(
      "readMnist: split must be train or test, got 'val'",
    );
    await writeFile(join(own, 'train-labels.idx1-ubyte'), mnist(1, [2], [5]));
    await expect(readMnist(own)).rejects.toThrow(
      `idx: ${join(own, 'train-labels.idx1-ubyte')} at byte 8: expected 2 bytes of data for shape [2], got 1`,
    );
  });

  test('CIFAR: five files to train with and one for tests, or one of each', async () => {
    const own = join(folder, 'cifar');
    await mkdir(own);
    const record = (...labels: number[]) =>
      Uint8Array.from([...labels, ...Array.from({ length: 3072 }, () => labels[0]!)]);
    for (let i = 1; i <= 5; i++) await writeFile(join(own, `data_batch_${i}.bin`), record(i));
    await writeFile(join(own, 'test_batch.bin'), record(9));
    await writeFile(join(own, 'train.bin'), record(4, 44));
    const ten = await readCifar10(own);
    expect([...(await ten.rows([0, 1, 2, 3, 4])).labels.data]).toEqual([1, 2, 3, 4, 5]);
    expect([...(await (await readCifar10(own, { split: 'test' })).rows([0])).labels.data]).toEqual([9]);
    const { labels, coarse } = await (await readCifar100(own)).rows([0]);
    expect([labels.data[0], coarse.data[0]]).toEqual([44, 4]);
    await expect(readCifar100(own, { split: 'test' })).rejects.toThrow(
      'readCifar100: one of these files is needed, got none',
    );
    await rm(join(own, 'data_batch_2.bin'));
    await rm(join(own, 'data_batch_5.bin'));
    for (let i = 0; i < 20; i++)
      await expect(readCifar10(own)).rejects.toThrow(
        `readCifar10: one of these files is needed, got none: ${join(own, 'data_batch_2.bin')}`,
      );
  });

  test('CelebA: pictures are decoded when they are asked for, by split, and missing ones are found at once', async () => {
    const own = join(folder, 'celeba');
    await mkdir(join(own, 'img_align_celeba'), { recursive: true });
    const grey = [40, 120, 200];
    for (const [i, light] of grey.entries()) {
      const data = new Uint8Array(4 * 178 * 218).fill(light);
      await writeFile(
        join(own, 'img_align_celeba', `00000${i + 1}.jpg`),
        jpeg.encode({ data, width: 178, height: 218 }, 95).data,
      );
    }
    const list = '3\nBald Young\n000001.jpg -1 1\n000002.jpg 1 1\n000003.jpg -1 -1\n';
    await writeFile(join(own, 'list_attr_celeba.txt'), list);
    const all = await readCelebA(own, { pixels: 16 });
    expect([all.size, all.attributes]).toEqual([3, ['Bald', 'Young']]);
    const { images, labels } = await all.rows([2, 0]);
    expect([images.shape, [...labels.data]]).toEqual([
      [2, 3, 16, 16],
      [0, 0, 0, 1],
    ]);
    expect(Math.abs(images.data[0]! - 200)).toBeLessThan(3);
    expect(Math.abs(images.data[3 * 256]! - 40)).toBeLessThan(3);

    await writeFile(join(own, 'list_eval_partition.txt'), '000001.jpg 0\n000002.jpg 1\n000003.jpg 2\n');
    const validation = await readCelebA(own, { pixels: 16, split: 'validation' });
    expect([validation.size, [...(await validation.rows([0])).labels.data]]).toEqual([1, [1, 1]]);

    await rm(join(own, 'img_align_celeba', '000002.jpg'));
    await expect(readCelebA(own)).rejects.toThrow(
      `readCelebA: ${join(own, 'img_align_celeba', '000002.jpg')} is in the list, got no such file`,
    );
    const whole = await readFile(join(own, 'img_align_celeba', '000001.jpg'));
    await writeFile(join(own, 'img_align_celeba', '000001.jpg'), whole.subarray(0, 900));
    const train = await readCelebA(own, { split: 'train' });
    await expect(train.rows([0])).rejects.toThrow('at byte 898: expected end of a picture 0xffd9, got');
    await rm(join(own, 'img_align_celeba'), { recursive: true });
    await writeFile(join(own, 'img_align_celeba'), '');
    await expect(readCelebA(own)).rejects.toThrow(`readCelebA: cannot read ${join(own, 'img_align_celeba')}: ENOTDIR`);
  });
});
