let buffers = 0;
let bytes = 0;

const backstop = new FinalizationRegistry<() => void>((free) => free());

/**
 * Counts a buffer as live until the function it returns is called, at the latest when `owner` is
 * collected; `release` gives back what the buffer holds, and must not hold `owner`.
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
 * Returns how many buffers hold values of tensors, on whatever device, and how many bytes they
 * take.
 */
export const memory = (): { buffers: number; bytes: number } => ({ buffers, bytes });
