/**
 * Returns the reason why the file system refused, in a few words. Node's own text is "EACCES:
 * permission denied, open '…'".
 */
export const reasonOf = (error: unknown): string =>
  (error as Error).message.replace(/^[A-Z0-9_]+: ([^,]*)(,[^]*)?$/, '$1').replaceAll('\n', ' ');
