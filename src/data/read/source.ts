import { Bytes, damaged } from './bytes.ts';

const nothing = new Uint8Array();

/** How long what follows in a source can be. */
export interface Bound {
  readonly bytes: number;
  /** Whether it is that long, as that of a file which is not packed. */
  readonly exact: boolean;
}

/**
 * Bytes that are read once, from the front: those of a file, or what a packed file unpacks to,
 * which is unpacked piece by piece as it is read, so that no more memory is taken than one piece
 * needs.
 */
export class Source {
  readonly format: string;
  readonly name: string;
  /** How many bytes have been read. */
  offset = 0;
  readonly #bound: Bound;
  readonly #pieces: Iterator<Uint8Array, unknown>;
  #piece: Uint8Array = nothing;

  constructor(format: string, name: string, bound: Bound, pieces: Iterable<Uint8Array>) {
    this.format = format;
    this.name = name;
    this.#bound = bound;
    this.#pieces = pieces[Symbol.iterator]();
  }

  wrong(offset: number, expected: string, got: string | number): Error {
    return damaged(this.format, this.name, offset, expected, got);
  }

  /**
   * The next bytes, at least one and at most as many as asked for, valid until the next read; none
   * at the end.
   */
  some(most: number): Uint8Array {
    while (this.#piece.length === 0) {
      const { done, value } = this.#pieces.next();
      if (done) return nothing;
      this.#piece = value;
    }
    const bytes = this.#piece.subarray(0, most);
    this.#piece = this.#piece.subarray(bytes.length);
    this.offset += bytes.length;
    return bytes;
  }

  /** Throws unless `count` more bytes can follow; that they do shows when they are read. */
  need(count: number, what: string): void {
    const rest = Math.max(0, this.#bound.bytes - this.offset);
    if (count > rest)
      throw this.wrong(this.offset, `${count} bytes of ${what}`, this.#bound.exact ? rest : `at most ${rest}`);
  }

  /** Throws unless `count` more bytes and then none can follow, which is what is expected. */
  needRest(count: number, expected: string): void {
    const rest = this.#bound.bytes - this.offset;
    if (this.#bound.exact ? count !== rest : count > rest)
      throw this.wrong(this.offset, expected, this.#bound.exact ? rest : `at most ${rest}`);
  }

  /** As many bytes as asked for, or all that are left, valid until the next read. */
  upTo(count: number): Uint8Array {
    const first = this.some(count);
    if (first.length === count || first.length === 0) return first;
    const parts = [first.slice()];
    let length = first.length;
    for (let next; length < count && (next = this.some(count - length)).length > 0; length += next.length)
      parts.push(next.slice());
    return joined(parts, length);
  }

  /** The next `count` bytes, valid until the next read. */
  take(count: number, what: string): Uint8Array {
    this.need(count, what);
    const start = this.offset;
    const bytes = this.upTo(count);
    if (bytes.length < count) throw this.wrong(start, `${count} bytes of ${what}`, bytes.length);
    return bytes;
  }

  uint(bytes: 1 | 2 | 4, what: string, littleEndian = true): number {
    return new Bytes(this.format, this.name, this.take(bytes, what)).uint(0, bytes, what, littleEndian);
  }

  /** Reads to the end, where a packed source verifies its checksum. */
  drain(): void {
    while (this.some(Infinity).length > 0);
  }

  /**
   * Whether there are no more bytes. A packed source has verified its checksum when there are none.
   */
  ended(): boolean {
    if (this.#piece.length > 0) return false;
    this.#piece = this.some(Infinity);
    this.offset -= this.#piece.length;
    return this.#piece.length === 0;
  }
}

/** Parts of a known length in all, one after the other. */
export function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** A file that is not packed, as a source, from one of its bytes on. */
export function sourceOf(file: Bytes, start = 0): Source {
  const bound = { bytes: file.length, exact: true };
  const source = new Source(file.format, file.name, bound, [file.data.subarray(start)]);
  source.offset = start;
  return source;
}
