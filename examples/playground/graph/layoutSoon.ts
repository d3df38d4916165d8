import type { Layout } from './layout.ts';
// oxlint-disable-next-line import/default -- Vite makes the class
import LayoutWorker from './layoutWorker.ts?worker&inline';
import type { Picture } from './picture.ts';

/** The longest time that a layout may take, in milliseconds. */
export const mostTime = 4000;

let worker: Worker | undefined;

/** Ends the worker, so that the next layout starts another one. */
function end(): void {
  worker?.terminate();
  worker = undefined;
}

/**
 * Places a picture in a worker. Resolves to undefined if that takes longer than `mostTime`; the
 * worker is ended then. A call ends the one before, if that still runs.
 */
export function layoutSoon(picture: Picture, signal: AbortSignal): Promise<Layout | undefined> {
  return new Promise((resolve) => {
    worker ??= new LayoutWorker();
    const own = worker;
    const done = (layout: Layout | undefined): void => {
      clearTimeout(timer);
      own.onmessage = own.onerror = null;
      resolve(layout);
    };
    const stop = (): void => {
      if (worker === own) end();
      done(undefined);
    };
    const timer = setTimeout(stop, mostTime);
    own.onmessage = ({ data }: MessageEvent<Layout>): void => {
      signal.removeEventListener('abort', stop);
      done(data);
    };
    own.onerror = stop;
    signal.addEventListener('abort', stop, { once: true });
    own.postMessage({ ...picture, boxOf: undefined });
  });
}
