import { memo } from '../graph/memo.ts';
import type { Affine, Atom } from './affine.ts';
import type { Code, KernelCode, Nest } from './code.ts';

/** The names of counters. */
export type Counters = ReadonlySet<string>;

const none: Counters = new Set();

function union(sets: readonly Counters[]): Counters {
  const [first = none] = sets;
  return sets.every((s) => s === first) ? first : new Set(sets.flatMap((s) => [...s]));
}

/** Finds the counters on which the codes, indices and loops of a kernel depend. */
export class Dependencies {
  readonly #places: KernelCode['places'];
  readonly #codes = new Map<Code, Counters>();
  readonly #atoms = new Map<string, Counters>();
  readonly #nests = new Map<Nest, Counters>();

  constructor(places: KernelCode['places']) {
    this.#places = places;
  }

  ofCode(code: Code): Counters {
    return memo(this.#codes, code, () => {
      switch (code.kind) {
        case 'number':
        case 'scalar':
          return none;
        case 'index':
          return this.ofIndex(code.of);
        case 'read':
          return this.ofIndex(code.index);
        case 'call':
          return union(code.args.map((a) => this.ofCode(a)));
        case 'fold':
          return this.ofNest(code.nest);
      }
    });
  }

  ofIndex(e: Affine): Counters {
    return union(e.terms.map((t) => this.ofAtom(t.atom)));
  }

  ofAtom(atom: Atom): Counters {
    return memo(this.#atoms, atom.key, () => {
      if (atom.kind !== 'counter') return this.ofIndex(atom.of);
      const place = this.#places.get(atom.key);
      return place ? this.ofCode(place) : new Set([atom.key]);
    });
  }

  /** Returns the counters on which a loop's results depend, except the loop's own. */
  ofNest(nest: Nest): Counters {
    return memo(this.#nests, nest, () => {
      const own = new Set(nest.counters.map((c) => c.name));
      return new Set([...union(nest.folds.map((f) => this.ofCode(f.value)))].filter((name) => !own.has(name)));
    });
  }
}
