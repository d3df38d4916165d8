// One library on one workload, in a page of its own. What is asked comes through globalThis.ask.
import './globals.js';
import Benchmark from 'benchmark';
import type { Entrant } from '../entrant.ts';
import type { Library } from '../library.ts';
import type { Place } from '../lists.ts';
import { workloadAt } from '../lists.ts';
import type { Tasks } from '../messages.ts';
import { session, type Session, type Timed } from '../session.ts';

const libraries: Readonly<Record<string, () => Promise<unknown>>> = {
  cotangent: () => import('../libraries/cotangent.ts'),
  'jax-js': () => import('../libraries/jax-js.js' as string),
  tfjs: () => import('../libraries/tfjs.js' as string),
};

/** What a page is asked: as a process, but it cannot tell its processor time. */
export interface Page {
  open(entrant: Entrant, place: Place): void;
  ask(
    task: keyof Tasks,
    asked: { readonly seconds?: number },
  ): Promise<Tasks[Exclude<keyof Tasks, 'time'>]['answer'] | Timed>;
}

let opened: Session;

const page: Page = {
  open(entrant, place) {
    const load = libraries[entrant.library]! as () => Promise<{ library: Library }>;
    // Benchmark.js counts milliseconds here.
    opened = session(workloadAt(place), entrant, load, 0.1);
  },
  ask: (task, { seconds }) => (task === 'time' ? opened.time(seconds!) : opened[task]()),
};

// Benchmark.js runs code of its own that looks for it by name.
Object.assign(globalThis, { Benchmark, page });
