import { hex, type Bytes } from './bytes.ts';

/** The signatures with which the records of a zip archive begin. */
export const signatures = {
  end: 0x06054b50,
  'zip64 end': 0x06064b50,
  'zip64 locator': 0x07064b50,
  directory: 0x02014b50,
  local: 0x04034b50,
} as const;

/** Throws unless the record that `what` names begins at `at`. */
export function checkSignature(file: Bytes, at: number, what: keyof typeof signatures): void {
  const got = file.uint(at, 4, `the ${what} record of a zip`);
  if (got !== signatures[what]) throw file.wrong(at, `${what} record ${hex(signatures[what])}`, hex(got));
}
