import { observe, observer, type Observer } from '../graph/observe.ts';

const nothing = (): void => undefined;

const deaf: Observer = {
  made: nothing,
  mapped: nothing,
  rewrote: nothing,
  began: nothing,
  enter: nothing,
  leave: nothing,
  named: nothing,
  called: nothing,
  read: nothing,
};

/** Calls f while these events are heard, and no others. Returns what f returns. */
export function observing<T>(events: Partial<Observer>, f: () => T): T {
  const before = observer;
  observe({ ...deaf, ...events });
  try {
    return f();
  } finally {
    observe(before);
  }
}
