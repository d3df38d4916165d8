/**
 * Writes a line to stderr, in the place of a progress bar if there is one, which is drawn again
 * below it.
 */
export const say = (line: string): boolean =>
  process.stderr.write(`${process.stderr.isTTY ? '\r\u001b[K' : ''}${line}\n`);
