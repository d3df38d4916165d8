import { big, bytes, small16, small32, small64, text } from './parts.ts';

/** An IDX file of a type and shape, without a check that the data are as many. */
export const idx = (shape: readonly number[], data: ArrayLike<number>, type = 8): Uint8Array =>
  bytes(0, 0, type, shape.length, ...shape.map(big), data);

/**
 * A NumPy file, written after the description of its format. `descr` is quoted here unless it is a
 * list.
 */
export function npy(
  descr: string,
  shape: string,
  data: ArrayLike<number>,
  { fortran = 'False', version = 1 } = {},
): Uint8Array {
  const quoted = descr.startsWith('[') ? descr : `'${descr}'`;
  const dictionary = `{'descr': ${quoted}, 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
  const start = version === 1 ? 10 : 12;
  const header = `${dictionary}${' '.repeat((64 - ((start + dictionary.length + 1) % 64)) % 64)}\n`;
  const length = version === 1 ? small16(header.length) : small32(header.length);
  const head = bytes(0x93, 'NUMPY', version, 0, length, header);
  const out = new Uint8Array(head.length + data.length);
  out.set(head);
  out.set(data, head.length);
  return out;
}

/** A safetensors file: the header's length in 8 bytes, the header, the data. */
export function safetensors(header: string, data: ArrayLike<number> = []): Uint8Array {
  const written = text(header);
  const out = new Uint8Array(8 + written.length + data.length);
  out.set(small64(written.length));
  out.set(written, 8);
  out.set(data, 8 + written.length);
  return out;
}

/** A record of CIFAR: labels, then a picture. */
export const cifar = (...labels: number[]): Uint8Array =>
  bytes(
    labels,
    Uint8Array.from({ length: 3072 }, (_, i) => i * 31 + labels[0]!),
  );
