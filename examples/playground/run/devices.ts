import type { DeviceName } from 'cotangent';
import type { GraphData, KernelOf } from 'cotangent/inspect';
import script from 'virtual:script/trusted';
import { loadPart } from './loadPart.ts';
import { partOf, type Part } from './parts.ts';
import type { MergeRequest, TrustedReport } from './trustedRequest.ts';

/** The page's own worker, which has every device of the machine. */
export interface Devices {
  /** Returns the kernels of a graph on a device. */
  readonly kernels: (graph: GraphData, device: DeviceName) => Promise<readonly KernelOf[]>;
  /** Merges lanes by the engine's rule. */
  readonly merge: (request: MergeRequest) => Promise<readonly number[]>;
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly clock: ReturnType<typeof setTimeout>;
}

/** A request has so many seconds. */
const patience = 10;

/**
 * Makes the worker when it is first asked, and again after it was ended: because an answer took too
 * long, because a device was lost, or because it broke. A request that was not answered then is
 * rejected with one sentence.
 */
export function devices(): Devices {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let count = 0;

  function end(why: string): void {
    worker?.terminate();
    worker = undefined;
    for (const { reject, clock } of waiting.values()) {
      clearTimeout(clock);
      reject(new Error(why));
    }
    waiting.clear();
  }

  function hear(report: Exclude<TrustedReport, { kind: 'need' }>): void {
    if (report.kind === 'lost') {
      end(`${report.what} was lost: ${report.why}; ask again, and a new one is made`);
      return;
    }
    const one = waiting.get(report.asked);
    waiting.delete(report.asked);
    clearTimeout(one?.clock);
    if (report.kind === 'answer') one?.resolve(report.answer);
    else one?.reject(new Error(report.why));
  }

  function make(): Worker {
    const made = new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })));
    const give = (part: Part): void =>
      void loadPart(part).then(
        (files) => made.postMessage({ kind: 'files', files }),
        () => end('a file of the engine could not be loaded; is the page still served?'),
      );
    made.onmessage = ({ data }: MessageEvent<TrustedReport>) => {
      if (data.kind !== 'need') hear(data);
      else if (partOf(data.name)) give(partOf(data.name)!);
    };
    made.onerror = ({ message }) => end(`the worker of the devices broke: ${message || 'it did not start'}`);
    give('core');
    return made;
  }

  function ask<T>(request: object): Promise<T> {
    worker ??= make();
    const asked = (count += 1);
    return new Promise<T>((resolve, reject) => {
      const late = (): void => end(`the device did not answer within ${patience} seconds; its worker was ended`);
      const clock = setTimeout(late, patience * 1000);
      waiting.set(asked, { resolve: resolve as Waiting['resolve'], reject, clock });
      worker!.postMessage({ ...request, asked });
    });
  }

  return {
    kernels: (graph, device) => ask({ kind: 'kernels', graph, device }),
    merge: (request) => ask({ kind: 'merge', request }),
  };
}
