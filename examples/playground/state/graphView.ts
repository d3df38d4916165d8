import { computed, effect, signal, untracked, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Trace } from 'cotangent/inspect';
import { eventsOf, stateAt, type Event, type PlayState } from '../graph/events.ts';
import type { Layout } from '../graph/layout.ts';
import { linesOf, type Line } from '../graph/lines.ts';
import { pictureOf, type Picture } from '../graph/picture.ts';
import { bookmarksOf, firstBookmark, scopeOf, type Bookmark, type Scope } from '../graph/scope.ts';

/** What the workbench shows of a trace. All of it follows from the trace and a few choices. */
export interface GraphView {
  readonly bookmarks: ReadonlySignal<readonly Bookmark[]>;
  readonly bookmark: ReadonlySignal<Bookmark | undefined>;
  readonly choose: (b: Bookmark) => void;
  readonly scope: ReadonlySignal<Scope | undefined>;
  /** The order of derivative that is shown; 0 is the program alone. */
  readonly level: ReadonlySignal<number>;
  readonly setLevel: (level: number) => void;
  /** The lines of a collapsed picture whose nodes have boxes of their own. */
  readonly opened: Signal<ReadonlySet<number>>;
  readonly picture: ReadonlySignal<Picture | undefined>;
  /** Where the boxes lie; undefined until they are placed, and null if that took too long. */
  readonly layout: ReadonlySignal<{ readonly picture: Picture; readonly layout: Layout } | null | undefined>;
  readonly lines: ReadonlySignal<readonly Line[]>;
  readonly names: ReadonlySignal<ReadonlyMap<number, string>>;
  readonly events: ReadonlySignal<readonly Event[]>;
  /** The number of events that have happened. */
  readonly step: ReadonlySignal<number>;
  readonly setStep: (step: number) => void;
  readonly play: ReadonlySignal<PlayState>;
  /** The lane whose events are played, if not all are. */
  readonly lane: Signal<number | undefined>;
}

/** What the reader chose to see: a bookmark by its name, and an order of derivative. */
export interface Choice {
  readonly bookmark: Signal<string | undefined>;
  readonly level: Signal<number>;
}

type Place = (picture: Picture, signal: AbortSignal) => Promise<Layout | undefined>;

const nameOf = (b: Bookmark): string => `${b.kind}:${b.position?.line}:${b.position?.column}`;

/**
 * Makes the view of a trace. `step` counts the events that have happened; a number beyond the last
 * means all of them. `place` places pictures.
 */
export function graphView(
  trace: ReadonlySignal<Trace | undefined>,
  step: Signal<number>,
  choice: Choice,
  place: Place,
): GraphView {
  const bookmarks = computed(() => (trace.value ? bookmarksOf(trace.value) : []));
  const bookmark = computed(
    () =>
      bookmarks.value.find((b) => nameOf(b) === choice.bookmark.value) ??
      (trace.value ? firstBookmark(trace.value, bookmarks.value) : undefined),
  );
  const scope = computed(() => trace.value && bookmark.value && scopeOf(trace.value, bookmark.value.nodes));
  const level = computed(() => Math.min(choice.level.value, scope.value?.order ?? 0));
  const opened = signal<ReadonlySet<number>>(new Set());
  const picture = computed(
    () => trace.value && scope.value && pictureOf(trace.value, scope.value, level.value, opened.value),
  );
  const placed = signal<{ readonly trace: Trace; readonly picture: Picture; readonly layout?: Layout } | undefined>(
    undefined,
  );
  // While another picture of the same trace is placed, the last one stays. A picture of an earlier
  // trace names nodes that the new one may not have.
  const layout = computed(() => {
    const last = placed.value;
    if (!last || last.trace !== trace.value) return undefined;
    return last.layout ? { picture: last.picture, layout: last.layout } : null;
  });
  effect(() => {
    const [of, current] = [trace.value, picture.value];
    if (!of || !current) return undefined;
    const aborting = new AbortController();
    void place(current, aborting.signal).then((found) => {
      if (!aborting.signal.aborted) placed.value = { trace: of, picture: current, ...(found && { layout: found }) };
    });
    return () => aborting.abort();
  });
  const lines = computed(() => (trace.value && scope.value ? linesOf(trace.value, scope.value.nodes) : []));
  const events = computed(() => (trace.value && scope.value ? eventsOf(trace.value, scope.value, level.value) : []));
  const count = computed(() => Math.max(0, Math.min(step.value, events.value.length)));
  /** Keeps the end of the play at the end when another picture has more steps. */
  const keepingEnd = (change: () => void): void => {
    const isAtEnd = untracked(() => count.value >= events.value.length);
    change();
    if (isAtEnd) step.value = Infinity;
  };
  return {
    bookmarks,
    bookmark,
    choose: (b) => keepingEnd(() => (choice.bookmark.value = nameOf(b))),
    scope,
    level,
    setLevel: (l) => keepingEnd(() => (choice.level.value = l)),
    opened,
    picture,
    layout,
    lines,
    names: computed(() => new Map(lines.value.map((l) => [l.node, l.name]))),
    events,
    step: count,
    setStep: (s) => (step.value = s >= untracked(() => events.value.length) ? Infinity : Math.max(0, s)),
    play: computed(() => stateAt(events.value, count.value)),
    lane: signal<number | undefined>(undefined),
  };
}
