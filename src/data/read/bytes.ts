import { showAny } from '../../graph/shape.ts';
import { checkHeld, checkText } from '../checks.ts';

/**
 * Returns the error for a damaged file, from its format and name, the offset, what was expected
 * there and what was found.
 */
export const damaged = (format: string, name: string, offset: number, expected: string, got: string | number): Error =>
  new Error(`${format}: ${name} at byte ${offset}: expected ${expected}, got ${got}`);

export const hex = (n: number, digits = 8): string => `0x${n.toString(16).padStart(digits, '0')}`;

/**
 * Returns the text in which each byte is the character with its code. `TextDecoder` cannot do this,
 * because its standard treats latin1 as windows-1252.
 */
export function textOfBytes(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}

/**
 * A file in memory. Every read throws if it would pass the end of the file. `format` and `name` are
 * those of the file, for errors.
 */
export class Bytes {
  readonly format: string;
  readonly name: string;
  readonly data: Uint8Array;
  readonly #view: DataView;

  constructor(format: string, name: string, data: Uint8Array) {
    checkText(format, 'the name of a file', name);
    if (!(data instanceof Uint8Array))
      throw new Error(`${format}: ${name} must be a Uint8Array of bytes, got ${showAny(data)}`);
    checkHeld(format, `the bytes of ${name}`, data);
    this.format = format;
    this.name = name;
    this.data = data;
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  }

  get length(): number {
    return this.data.length;
  }

  wrong(offset: number, expected: string, got: string | number): Error {
    return damaged(this.format, this.name, offset, expected, got);
  }

  /** Throws unless `count` bytes follow at `offset`; `what` names them in the error. */
  need(offset: number, count: number, what: string): void {
    if (offset + count > this.length)
      throw this.wrong(offset, `${count} bytes of ${what}`, `${Math.max(0, this.length - offset)}`);
  }

  slice(offset: number, count: number, what: string): Uint8Array {
    this.need(offset, count, what);
    return this.data.subarray(offset, offset + count);
  }

  /** Reads an unsigned integer of 1, 2 or 4 bytes; `what` names it in the error. */
  uint(offset: number, bytes: 1 | 2 | 4, what: string, littleEndian = true): number {
    this.need(offset, bytes, what);
    if (bytes === 1) return this.#view.getUint8(offset);
    return bytes === 2 ? this.#view.getUint16(offset, littleEndian) : this.#view.getUint32(offset, littleEndian);
  }

  /** Reads an unsigned little-endian integer of 64 bits. Throws if it is above 2⁵³ − 1. */
  uint64(offset: number, what: string): number {
    this.need(offset, 8, what);
    const n = this.#view.getBigUint64(offset, true);
    if (n > BigInt(Number.MAX_SAFE_INTEGER)) throw this.wrong(offset, `${what} below 2^53`, String(n));
    return Number(n);
  }
}
