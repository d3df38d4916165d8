// The script of the sandboxed frame. It has no origin and no network; it makes workers of the
// texts that the page sends, and passes messages on, as text and of bounded size and number.

/** What the page asks of the frame. Workers have numbers. */
export type FrameRequest =
  | { readonly kind: 'make'; readonly worker: number; readonly script: string }
  | { readonly kind: 'post'; readonly worker: number; readonly message: unknown }
  | { readonly kind: 'end'; readonly worker: number };

/** What the frame tells the page: that it is there, or what a worker said. */
export type FrameReport =
  | { readonly kind: 'frame' }
  | { readonly kind: 'said'; readonly worker: number; readonly text: string }
  | { readonly kind: 'broke'; readonly worker: number; readonly reason: string };

const longest = 8 * 2 ** 20;
/**
 * A worker may send 500 messages and two of the longest texts at once, and after that as much as
 * this in a second. One that sends more is ended; the page must stay usable.
 */
const [messagesPerSecond, charactersPerSecond] = [500, 2 ** 20];

const workers = new Map<number, Worker>();
const tell = (report: FrameReport): void => parent.postMessage(report, '*');

function end(worker: number): void {
  workers.get(worker)?.terminate();
  workers.delete(worker);
}

function make(id: number, script: string): void {
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const worker = new Worker(url);
  workers.set(id, worker);
  const breaks = (reason: string): void => {
    end(id);
    tell({ kind: 'broke', worker: id, reason });
  };
  let [last, messages, characters] = [performance.now(), messagesPerSecond, 2 * longest];
  worker.onmessage = ({ data }: MessageEvent<unknown>) => {
    const now = performance.now();
    const seconds = (now - last) / 1000;
    last = now;
    messages = Math.min(messagesPerSecond, messages + seconds * messagesPerSecond) - 1;
    characters = Math.min(2 * longest, characters + seconds * charactersPerSecond);
    if (typeof data === 'string') characters -= data.length;
    if (messages < 0 || characters < 0) breaks('it sent too much');
    else if (typeof data === 'string' && data.length > longest) breaks('it sent a message of more than 8 MB');
    else if (typeof data === 'string') tell({ kind: 'said', worker: id, text: data });
  };
  worker.onerror = (event) => breaks(event.message || 'its worker did not start');
}

addEventListener('message', ({ source, data }: MessageEvent<FrameRequest>) => {
  if (source !== parent) return;
  if (data.kind === 'make') make(data.worker, data.script);
  else if (data.kind === 'post') workers.get(data.worker)?.postMessage(data.message);
  else end(data.worker);
});
tell({ kind: 'frame' });
