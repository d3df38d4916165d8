import { Bytes } from './bytes.ts';
import { inflate } from './unpack.ts';

const isGzip = (data: Uint8Array): boolean => data[0] === 0x1f && data[1] === 0x8b;

/** What a gzip file of one member holds (RFC 1952), its length and checksum verified. */
export async function gunzip(file: Bytes): Promise<Uint8Array> {
  file.need(0, 18, 'a gzip header and trailer');
  const method = file.uint(2, 1, 'the method');
  if (method !== 8) throw file.wrong(2, 'compression method 8', method);
  const flags = file.uint(3, 1, 'the flags');
  if (flags & 0xe0) throw file.wrong(3, 'the upper flags to be 0', flags);
  let at = 10;
  if (flags & 4) at += 2 + file.uint(at, 2, 'the length of an extra field');
  // A name and a comment end with a 0.
  for (const bit of [8, 16]) if (flags & bit) at = file.data.indexOf(0, at) + 1 || file.length;
  if (flags & 2) at += 2;
  const end = file.length - 8;
  if (at > end) throw file.wrong(at, 'deflated data before the last 8 bytes', `${file.length} bytes in all`);
  return inflate(
    file,
    { offset: at, length: end - at },
    { offset: end + 4, value: file.uint(end + 4, 4, 'the length') },
    { offset: end, value: file.uint(end, 4, 'the checksum') },
  );
}

/** A file as it is, or unpacked if it begins as gzip does; offsets in later errors count from the start of what was packed. */
export async function unpacked(format: string, name: string, data: Uint8Array): Promise<Bytes> {
  const file = new Bytes(format, name, data);
  return isGzip(file.data) ? new Bytes(format, `${name} (unpacked)`, await gunzip(file)) : file;
}
