/** Writes a line to stderr. A progress bar is drawn again below it. */
export const say = (line: string): boolean =>
  process.stderr.write(`${process.stderr.isTTY ? '\r\u001b[K' : ''}${line}\n`);
