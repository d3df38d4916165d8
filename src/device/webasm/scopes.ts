import type { Counters } from '../../kernel/dependencies.ts';
import { get, i32, integer, let_, step, type Type, type Wasm } from './assembler.ts';

/** A counter of a loop and the local that holds it. */
interface Counter {
  readonly name: string;
  readonly local: number;
}

/**
 * Instructions that run in sequence, as a function, an iteration of a loop or a branch, and the
 * locals that hold the values they compute. A value is computed in the innermost scope whose
 * counter it depends on, so no loop computes a value again that does not change in it.
 */
export class Scope {
  readonly parent: Scope | undefined;
  readonly counter: Counter | undefined;
  readonly code: Wasm[] = [];
  /** Instructions at the end of an iteration. */
  readonly steps: Wasm[] = [];
  readonly #locals: Map<string, number>;

  /**
   * Makes the outermost scope if there is no parent. Inside a parent, makes the scope of an
   * iteration if there is a counter, else that of a branch.
   */
  constructor(parent?: Scope, counter?: Counter) {
    this.parent = parent;
    this.counter = counter;
    this.#locals = new Map(counter && [[counter.name, counter.local]]);
  }

  /** Makes the scope of an iteration of a loop inside this one. */
  turn(name: string, local: number): Scope {
    return new Scope(this, { name, local });
  }

  /**
   * Makes a branch inside this scope. Values that only the branch needs are computed in the branch,
   * even if they could be computed in this scope.
   */
  branch(): Scope {
    return new Scope(this);
  }

  #holds(counters: Counters): boolean {
    if (this.counter) return counters.has(this.counter.name);
    return this.parent === undefined || this.parent.#holds(counters);
  }

  /**
   * Returns the scope, this one or one around it, in which a value that depends on these counters
   * is computed.
   */
  homeOf(counters: Counters): Scope {
    return this.#holds(counters) ? this : this.parent!.homeOf(counters);
  }

  /** Returns the local that holds the value of a key, in this scope or one around it. */
  find(key: string): number | undefined {
    return this.#locals.get(key) ?? this.parent?.find(key);
  }

  /** Records that a local holds the value of a key, in this scope and those inside it. */
  keep(key: string, local: number): void {
    this.#locals.set(key, local);
  }

  /** Appends instructions. */
  add(...code: Wasm[]): void {
    this.code.push(...code);
  }

  /** Returns all instructions of an iteration. */
  get whole(): Wasm {
    return [this.code, this.steps];
  }
}

/** The locals of a function. */
export class Locals {
  readonly types: Type[] = [];
  readonly #first: number;

  constructor(params: number) {
    this.#first = params;
  }

  fresh(type: Type): number {
    return this.#first + this.types.push(type) - 1;
  }

  /**
   * Returns the instruction that pushes the value of a key. If no scope has the value yet, `make`
   * computes it in the scope where it belongs, and a new local of the given type holds it.
   */
  named(key: string, type: Type, counters: Counters, scope: Scope, make: (home: Scope) => Wasm): Wasm {
    const known = scope.find(key);
    if (known !== undefined) return get(known);
    const home = scope.homeOf(counters);
    const value = make(home);
    const local = this.fresh(type);
    home.add(let_(local, value));
    home.keep(key, local);
    return get(local);
  }

  /**
   * Returns the instruction that pushes an integer that grows by the same amount in each iteration
   * of a loop. The integer is set to `start` before the loop and grows at the end of each
   * iteration. `key` must be new.
   */
  stepped(key: string, by: number, home: Scope, start: Wasm): Wasm {
    const local = this.fresh(i32);
    home.parent!.add(let_(local, start));
    home.steps.push(step(local, integer(by)));
    home.keep(key, local);
    return get(local);
  }
}
