const pause = 20;
let last = 0;

/**
 * Waits until other waiting tasks have run: finalizers of dropped tensors, and in a page the
 * drawing.
 */
export function task(): Promise<void> {
  const { setImmediate } = globalThis as { readonly setImmediate?: (f: () => void) => unknown };
  return new Promise((resolve) => {
    if (setImmediate) setImmediate(resolve);
    else {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => resolve();
      channel.port2.postMessage(0);
    }
  });
}

/**
 * Lets other tasks run, unless it did so in the last 20 ms. A loop of awaits alone never lets them
 * run, and meanwhile nothing that a WeakRef has returned is collected.
 */
export async function breathe(): Promise<void> {
  const now = performance.now();
  if (now - last < pause) return;
  await task();
  last = performance.now();
}
