import { deflateSync, Inflate } from 'fflate';

/** A program in an address has at most this many bytes. */
export const mostBytes = 64 * 1024;
/** No text of that size is longer than this when it is packed. */
const longest = 2 * mostBytes;

const toBase64url = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

const fromBase64url = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));

/** Returns a program as a text for an address: deflated, then as base64url. */
export const pack = (text: string): string => toBase64url(deflateSync(new TextEncoder().encode(text), { level: 9 }));

/** Inflates piece by piece, so that what grows beyond the bound is noticed before it is there. */
function inflate(packed: Uint8Array): Uint8Array {
  const chunks: Uint8Array[] = [];
  let [size, ended] = [0, false];
  const stream = new Inflate((chunk, final) => {
    size += chunk.length;
    if (size > mostBytes) throw new Error('too long');
    chunks.push(chunk.slice());
    ended ||= final;
  });
  const step = 512;
  for (let i = 0; i < packed.length; i += step) stream.push(packed.subarray(i, i + step), i + step >= packed.length);
  if (!ended) throw new Error('cut off');
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/**
 * Returns the program that `pack` packed, or undefined if the text is not packed, or has more than
 * 64 KB. Never throws.
 */
export function unpack(packed: string): string | undefined {
  if (packed.length > longest || !/^[\w-]+$/.test(packed)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(inflate(fromBase64url(packed)));
  } catch {
    return undefined;
  }
}
