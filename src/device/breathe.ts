const pause = 20;
let last = 0;

/**
 * Waits until tasks that waited have run: finalizers of dropped tensors, and in a page the drawing.
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
 * Lets other tasks run if none has for 20 ms. A loop of awaits alone never does, and while it goes
 * on nothing that a WeakRef has been asked for is collected.
 */
export async function breathe(): Promise<void> {
  const now = performance.now();
  if (now - last < pause) return;
  await task();
  last = performance.now();
}
