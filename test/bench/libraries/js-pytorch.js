// js-pytorch on its cpu device: plain JavaScript over nested arrays, eager.
import { torch } from 'js-pytorch';

function nested(data, [rows, ...rest]) {
  if (rows === undefined) return data[0];
  const size = data.length / rows;
  return Array.from({ length: rows }, (_, i) => nested(data.subarray(i * size, (i + 1) * size), rest));
}

const tensorOf = ({ data, shape }, gradient = false) => torch.tensor(nested(data, shape), gradient);
const read = (tensor) => [Float32Array.from(tensor._data.flat(Infinity))];

export const library = {
  backend: () => 'cpu',
  async start() {},
  kinds: {
    matmul(inputs, variant) {
      const a = tensorOf(inputs.a);
      const b = tensorOf(inputs.b);
      return {
        async call() {
          const [l, r] = [variant === 'a' ? a.transpose(0, 1) : a, variant === 'b' ? b.transpose(0, 1) : b];
          return read(l.matmul(r));
        },
      };
    },
    chain(inputs) {
      return {
        async call() {
          const x = tensorOf(inputs.x, true);
          let y = x;
          for (let i = 0; i < 50; i++) y = y.mul(x).add(x);
          y.sum().backward();
          return [Float32Array.from(x._grad._data)];
        },
      };
    },
  },
};
