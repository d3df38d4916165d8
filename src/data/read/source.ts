import { Bytes, damaged } from './bytes.ts';

const nothing = new Uint8Array();

/** An upper bound on the number of bytes in a source. */
export interface Bound {
  readonly bytes: number;
  /** True if the bound is the exact number, as in a file that is not packed. */
  readonly exact: boolean;
}

/**
 * Bytes that are read once from the front: a file, or the unpacked content of a packed one.
 * Unpacking happens piece by piece during reading, so memory is needed for one piece only.
 */
export class Source {
  readonly format: string;
  readonly name: string;
  /** The number of bytes read so far. */
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
   * Returns at least one and at most `most` bytes, valid until the next read, or none at the end.
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

  /**
   * Throws if the bound rules out that `count` more bytes follow; `what` names them in the error.
   * Whether they do is seen when they are read.
   */
  need(count: number, what: string): void {
    const rest = Math.max(0, this.#bound.bytes - this.offset);
    if (count > rest)
      throw this.wrong(this.offset, `${count} bytes of ${what}`, this.#bound.exact ? rest : `at most ${rest}`);
  }

  /**
   * Throws if the bound rules out that exactly `count` more bytes follow; `expected` describes
   * them.
   */
  needRest(count: number, expected: string): void {
    const rest = this.#bound.bytes - this.offset;
    if (this.#bound.exact ? count !== rest : count > rest)
      throw this.wrong(this.offset, expected, this.#bound.exact ? rest : `at most ${rest}`);
  }

  /** Returns the next `count` bytes, or all that are left, valid until the next read. */
  upTo(count: number): Uint8Array {
    const first = this.some(count);
    if (first.length === count || first.length === 0) return first;
    const parts = [first.slice()];
    let length = first.length;
    for (let next; length < count && (next = this.some(count - length)).length > 0; length += next.length)
      parts.push(next.slice());
    return joined(parts, length);
  }

  /** Returns the next `count` bytes, valid until the next read. Throws if fewer are left. */
  take(count: number, what: string): Uint8Array {
    this.need(count, what);
    const start = this.offset;
    const bytes = this.upTo(count);
    if (bytes.length < count) throw this.wrong(start, `${count} bytes of ${what}`, bytes.length);
    return bytes;
  }

  /** Reads an unsigned integer of 1, 2 or 4 bytes; `what` names it in the error. */
  uint(bytes: 1 | 2 | 4, what: string, littleEndian = true): number {
    return new Bytes(this.format, this.name, this.take(bytes, what)).uint(0, bytes, what, littleEndian);
  }

  /** Reads to the end, where a packed source verifies its checksum. */
  drain(): void {
    while (this.some(Infinity).length > 0);
  }

  /** True if no bytes are left. A packed source has then verified its checksum. */
  ended(): boolean {
    if (this.#piece.length > 0) return false;
    this.#piece = this.some(Infinity);
    this.offset -= this.#piece.length;
    return this.#piece.length === 0;
  }
}

/** Returns the concatenation of parts, whose total length is `length`. */
export function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/**
 * Returns a source of the bytes of a file that is not packed, from `start` on. Offsets count from
 * the beginning of the file.
 */
export function sourceOf(file: Bytes, start = 0): Source {
  const bound = { bytes: file.length, exact: true };
  const source = new Source(file.format, file.name, bound, [file.data.subarray(start)]);
  source.offset = start;
  return source;
}
