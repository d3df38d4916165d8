let buffers = 0;
let bytes = 0;

const backstop = new FinalizationRegistry<() => void>((free) => free());

/**
 * Counts a buffer as live until the returned function is called, or at the latest until `owner` is
 * collected. `release` then frees the contents of the buffer; it must not refer to `owner`.
 */
export function track(owner: object, size: number, release: () => void = () => undefined): () => void {
  let live = true;
  const free = (): void => {
    if (!live) return;
    live = false;
    buffers--;
    bytes -= size;
    backstop.unregister(free);
    release();
  };
  buffers++;
  bytes += size;
  backstop.register(owner, free, free);
  return free;
}

/**
 * Returns the number of buffers that hold values of tensors, on all devices, and the number of
 * bytes that they take.
 */
export const memory = (): { buffers: number; bytes: number } => ({ buffers, bytes });
