/** The signals of ctrl-C, of `kill` and of a closed terminal, with their exit codes. */
const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Returns the result of `f`. If a signal arrives meanwhile, calls `tidy`, prints `message` and ends
 * the program with the signal's exit code.
 */
export async function interruptible<T>(message: string, tidy: () => void, f: () => Promise<T>): Promise<T> {
  const handlers = Object.entries(signals).map(([signal, code]) => {
    const handler = (): void => {
      tidy();
      process.stderr.write(`${message}\n`);
      process.exit(code);
    };
    process.once(signal, handler);
    return () => process.removeListener(signal, handler);
  });
  try {
    return await f();
  } finally {
    handlers.forEach((remove) => remove());
  }
}
