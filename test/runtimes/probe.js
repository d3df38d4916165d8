/**
 * What `npm run runtimes` runs in every runtime and every page: plain JavaScript against the
 * installed package. It imports nothing but the package, so that Node, Deno, Bun and browsers read
 * the same file.
 */
import { device, grad, gradDrop, hvp, setDevice, tensor } from 'cotangent';
import { parseNpy, parseSafetensors, toSafetensors } from 'cotangent/data';

export const deviceNames = ['webgpu', 'webgl2', 'webgl', 'headlessgl', 'webasm', 'cpu', 'reference'];

const xs = [-2, -0.5, 0.25, 1.5];

/** Each claim: the numbers that a device gives, and the numbers that the definition gives. */
const claims = {
  gradient: {
    // (x tanh x)′ = tanh x + x (1 − tanh² x)
    given: () => grad((x) => x.tanh().mul(x).sum())(tensor(xs)),
    defined: xs.map((x) => Math.tanh(x) + x * (1 - Math.tanh(x) ** 2)),
  },
  'second derivative': {
    // (x³)″ · 1 = 6x
    given: () => hvp((x) => x.mul(x).mul(x).sum(), [tensor(xs)], [tensor([1, 1, 1, 1])]),
    defined: xs.map((x) => 6 * x),
  },
  product: {
    // A B with A = [[0..5]], B = A transposed, in rows
    given: () => {
      const a = tensor([0, 1, 2, 3, 4, 5], { shape: [2, 3] });
      return a.matmul(a.transpose());
    },
    defined: [5, 14, 14, 50],
  },
  gradDrop: {
    // Feature 1: both gradients are positive, 3 + 1. Feature 2: 7 and −3, P = 0.7; the draw 0.6
    // keeps 7, and 0.8 keeps −3.
    given: () =>
      grad((h) => {
        const lanes = gradDrop(h, 2, { draw: tensor([0.5, 0.6, 0.8]), marginalize: 'none' });
        return lanes
          .at(0)
          .mul(tensor([3, 7, 7]))
          .sum()
          .add(
            lanes
              .at(1)
              .mul(tensor([1, -3, -3]))
              .sum(),
          );
      })(tensor([1, 1, 1])),
    defined: [4, 7, -3],
  },
};

/**
 * What one device does: 'runs', or why it does not. A wrong number is an error of the whole probe.
 */
async function cell(name) {
  try {
    await setDevice(name);
  } catch (error) {
    return { refused: error.message };
  }
  if (device() !== name) return { wrong: `device() must be ${name}, got ${device()}` };
  for (const [claim, { given, defined }] of Object.entries(claims)) {
    try {
      const got = Array.from(await given().data());
      const off = got.findIndex((x, i) => !(Math.abs(x - defined[i]) <= 2e-5 * (1 + Math.abs(defined[i]))));
      if (off >= 0 || got.length !== defined.length)
        return { wrong: `${claim}: must be ${defined.join(', ')}, got ${got.join(', ')}` };
    } catch (error) {
      return { wrong: `${claim}: ${error.message}` };
    }
  }
  return { runs: true };
}

/** An npy file of [1, 2, 3] in float32, byte by byte as its format says. */
function npy() {
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }".padEnd(117) + '\n';
  const head = [0x93, ...[...'NUMPY'].map((c) => c.charCodeAt(0)), 1, 0, header.length & 255, header.length >> 8];
  const body = new Uint8Array(new Float32Array([1, 2, 3]).buffer);
  return Uint8Array.from([...head, ...[...header].map((c) => c.charCodeAt(0)), ...body]);
}

/**
 * Whether the readers give back what files hold, an npy file's bytes and a checkpoint of one's own.
 */
async function readers() {
  try {
    const column = await parseNpy(npy(), 'three.npy');
    if (String(Array.from(column.data)) !== '1,2,3') return { wrong: `npy: must be 1,2,3, got ${column.data.join()}` };
    const { tree } = await parseSafetensors(await toSafetensors({ w: tensor([4, 5]) }), 'a checkpoint');
    const back = Array.from(await tree.w.data());
    return String(back) === '4,5' ? { runs: true } : { wrong: `safetensors: must be 4,5, got ${back.join()}` };
  } catch (error) {
    return { wrong: error.message };
  }
}

/** Every cell of this runtime's row. */
export async function probe() {
  const cells = {};
  for (const name of deviceNames) cells[name] = await cell(name);
  await setDevice('reference');
  cells.readers = await readers();
  return cells;
}
