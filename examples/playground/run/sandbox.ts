import frameScript from 'virtual:script/frame';
import { reportOf } from './checkReport.ts';
import type { FrameReport, FrameRequest } from './frame.ts';
import type { RunnerReport } from './report.ts';

/** A worker in the sandbox. */
export interface Inmate {
  readonly post: (message: unknown) => void;
  readonly end: () => void;
}

export interface Hearing {
  readonly said: (report: RunnerReport) => void;
  /** The worker is gone, for this reason. */
  readonly broke: (reason: string) => void;
}

/** A frame without an origin, network or storage, in which workers run programs of anybody. */
export interface Sandbox {
  readonly make: (script: string, hearing: Hearing) => Inmate;
}

const policy = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval' blob:",
  'worker-src blob:',
].join('; ');

const page = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}"><script>${frameScript.replaceAll('</script', '<\\/script')}</script>`;

/**
 * Makes the sandbox. Its messages are accepted only from its own frame, in known shapes and of
 * bounded size, since a program can send anything.
 */
export function sandbox(): Sandbox {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.srcdoc = page;
  frame.hidden = true;
  frame.title = 'where programs run';
  frame.setAttribute('aria-hidden', 'true');

  const hearings = new Map<number, Hearing>();
  const waiting: FrameRequest[] = [];
  let [isThere, count] = [false, 0];
  const ask = (request: FrameRequest): void => {
    // A frame without an origin can be named by '*' alone; it is known by its window.
    if (isThere) frame.contentWindow!.postMessage(request, '*');
    else waiting.push(request);
  };
  addEventListener('message', ({ source, data }: MessageEvent<FrameReport>) => {
    if (source !== frame.contentWindow || typeof data !== 'object' || data === null) return;
    if (data.kind === 'frame') {
      isThere = true;
      waiting.splice(0).forEach(ask);
    } else if (data.kind === 'said' && typeof data.text === 'string') {
      const report = reportOf(data.text);
      if (report) hearings.get(data.worker)?.said(report);
    } else if (data.kind === 'broke') {
      hearings.get(data.worker)?.broke(String(data.reason).slice(0, 1000));
      hearings.delete(data.worker);
    }
  });
  document.body.append(frame);
  return {
    make: (script, hearing) => {
      const worker = (count += 1);
      hearings.set(worker, hearing);
      ask({ kind: 'make', worker, script });
      return {
        post: (message) => ask({ kind: 'post', worker, message }),
        end: () => {
          hearings.delete(worker);
          ask({ kind: 'end', worker });
        },
      };
    },
  };
}
