import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { batches, faces, load, readCsv, readIdx, readNpy, save } from '../src/data/index.ts';
import {
  compile,
  fanOut,
  foldIn,
  gradDrop,
  key,
  nn,
  optim,
  pcgrad,
  random,
  realize,
  scope,
  setDevice,
  tensor,
  valueAndGrad,
  zipTrees,
  type DeviceName,
  type Tensor,
} from '../src/index.ts';

/**
 * A short training, or a round of reading with files in `folder`; i is the number of the round. It
 * must leave nothing alive.
 */
export type Loop = (i: number, folder: string) => Promise<void>;

interface Net {
  readonly hidden: { readonly weight: Tensor; readonly bias: Tensor };
  readonly out: { readonly weight: Tensor; readonly bias: Tensor };
}

const init = (seed: number): Net => ({
  hidden: nn.linear.init(foldIn(key(seed), 1), 8, 32) as Net['hidden'],
  out: nn.linear.init(foldIn(key(seed), 2), 32, 2) as Net['out'],
});
const features = (net: Net, x: Tensor): Tensor => nn.linear(net.hidden, x).tanh();
const inputs = (seed: number, rows = 64): Tensor => random.normal(foldIn(key(seed), 3), [rows, 8]);
const targets = (x: Tensor): Tensor => x.slice([0, 0], [x.shape[0]!, 2]).sin();

/** Computes a loss. Throws unless it is finite. */
async function checkFinite(loss: Tensor): Promise<void> {
  const value = await loss.item();
  if (!Number.isFinite(value)) throw new Error(`soak: a loss must be finite, got ${value}`);
}

const steps = 12;

/**
 * Trains a network with one hidden layer by Adam, with `realize` after each step; nothing is
 * disposed of explicitly.
 */
const adam: Loop = async (i) => {
  const optimiser = optim.adam({ learningRate: 0.01 });
  const x = inputs(i);
  let net = init(i);
  let moments = optimiser.init(net);
  for (let step = 0; step < steps; step++) {
    const [loss, slope] = valueAndGrad((p: Net) => nn.linear(p.out, features(p, x)).mse(targets(x)))(net);
    [net, moments] = await realize(optimiser.update(net, slope, moments));
    await checkFinite(loss);
  }
};

const twoLosses = (net: Net, x: Tensor, lanes: (h: Tensor) => Tensor): Tensor => {
  const h = lanes(features(net, x));
  const [first, second] = [0, 1].map((lane) => nn.linear(net.out, h.at(lane)).sub(targets(x)).square());
  return first!.mean().add(second!.abs().add(1).log().mean());
};

/** Trains with GradDrop between a trunk and two losses, written step by step. */
const dropped: Loop = async (i) => {
  const x = inputs(i);
  let net = init(i);
  for (let step = 0; step < steps; step++) {
    const drop = (h: Tensor): Tensor => gradDrop(h, 2, { key: foldIn(key(i), step) });
    const [loss, slope] = valueAndGrad((p: Net) => twoLosses(p, x, drop))(net);
    net = await realize(zipTrees((p, g) => p.sub(g.mul(0.05)), net, slope));
    await checkFinite(loss);
  }
};

const compiledStep = compile((net: Net, x: Tensor, rate: Tensor) => {
  const merged = (h: Tensor): Tensor => fanOut(h, 2, pcgrad({ key: key(1) }));
  const [loss, slope] = valueAndGrad((p: Net) => twoLosses(p, x, merged))(net);
  return { loss, net: zipTrees((p, g) => p.sub(g.mul(rate)), net, slope) };
});

/** Uses a step that is traced once for the whole soak, with a rule that is solved on the host. */
const compiled: Loop = async (i) => {
  const x = inputs(i);
  let net = init(i);
  for (let step = 0; step < steps; step++) {
    const next = compiledStep(net, x, tensor(0.05 / (step + 1)));
    await checkFinite(next.loss);
    net = next.net;
  }
};

/** Compiles a function each time, and calls it with batches of different sizes. */
const compiledAnew: Loop = async (i) => {
  const slope = compile((net: Net, x: Tensor) =>
    valueAndGrad((p: Net) => nn.linear(p.out, features(p, x)).mse(targets(x)))(net),
  );
  for (let step = 0; step < 4; step++) await checkFinite(slope(init(i), inputs(i, 1 + ((7 * i + step) % 97)))[0]);
};

/** Opens scopes, some of which end by an error, and disposes of tensors explicitly. */
const scoped: Loop = async (i) => {
  for (let step = 0; step < steps; step++) {
    const kept = await scope(async () => {
      const x = inputs(i + step);
      await realize(x.matmul(x.transpose()));
      return x.sum({ axis: 0 });
    });
    await checkFinite(kept.sum());
    kept.dispose();
    await scope(async () => {
      await realize(inputs(i).mul(2));
      throw new Error('meant');
    }).catch((error: Error) => {
      if (error.message !== 'meant') throw error;
    });
  }
};

/** Reads files of several formats and batches of faces, and saves and loads a checkpoint. */
const reading: Loop = async (i, folder) => {
  const [idx, npy, csv] = ['a.idx.gz', 'a.npy', 'a.csv'].map((name) => join(folder, name)) as [string, string, string];
  if (i === 0) {
    writeFileSync(idx, gzipSync(Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 64, 0, 0, 0, 64, ...new Uint8Array(4096).fill(3))));
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 256), }".padEnd(117) + '\n';
    const bytes = Buffer.concat([Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0]), Buffer.from(header)]);
    writeFileSync(npy, Buffer.concat([bytes, Buffer.from(new Float32Array(1024).fill(0.5).buffer)]));
    writeFileSync(csv, `x,y\n${Array.from({ length: 500 }, (_, row) => `${row},${row / 7}\n`).join('')}`);
  }
  for (const read of [() => readIdx(idx), () => readNpy(npy)]) {
    const { data, shape } = await read();
    await checkFinite(tensor(Float32Array.from(data), { shape }).sum());
  }
  await readCsv(csv);
  let sum = tensor(0);
  for await (const { images } of batches(faces({ key: key(i), size: 12 }), { size: 5 })) sum = sum.add(images.mean());
  await checkFinite(sum);
  const path = join(folder, 'net.safetensors');
  await save(path, { net: await realize(init(i)), step: i });
  const { tree } = await load(path);
  await checkFinite((tree as unknown as { net: Net }).net.out.weight.sum());
};

const devices = ['webasm', 'cpu', 'reference'] as const satisfies readonly DeviceName[];

/** Computes with live tensors on one device after another. */
const switching: Loop = async (i) => {
  const net = await realize(init(i));
  for (const name of [...devices, ...devices]) {
    await setDevice(name);
    await checkFinite(features(net, inputs(i)).sum());
  }
};

const onDevice = Object.entries({ adam, dropped, compiled, compiledAnew, scoped, reading });

/** All loops by name: each kind on each device, and one that changes the device. */
export const loops: readonly (readonly [name: string, loop: Loop])[] = [
  ...devices.flatMap((name) =>
    onDevice.map(([kind, loop]) => {
      const there: Loop = async (i, folder) => {
        await setDevice(name);
        await loop(i, folder);
      };
      return [`${kind} on ${name}`, there] as const;
    }),
  ),
  ['switching devices', switching],
];
