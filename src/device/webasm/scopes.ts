import type { Counters } from '../../kernel/dependencies.ts';
import { get, i32, integer, let_, step, type Type, type Wasm } from './assembler.ts';

/** A counter of a loop, and the local that it is kept in. */
interface Counter {
  readonly name: string;
  readonly local: number;
}

/**
 * Instructions that run one after the other, in a function, in a loop's turn or in a branch, and
 * the locals that hold what they computed. A value is computed in the innermost scope whose counter
 * it changes with, so that a loop does not compute anything twice.
 */
export class Scope {
  readonly parent: Scope | undefined;
  readonly counter: Counter | undefined;
  readonly code: Wasm[] = [];
  /** Instructions that end a turn of the loop. */
  readonly steps: Wasm[] = [];
  readonly #locals: Map<string, number>;

  /** Makes the outermost scope, or inside a parent a branch, or a turn if it has a counter. */
  constructor(parent?: Scope, counter?: Counter) {
    this.parent = parent;
    this.counter = counter;
    this.#locals = new Map(counter && [[counter.name, counter.local]]);
  }

  /** Makes the scope of a loop's turn inside this one. */
  turn(name: string, local: number): Scope {
    return new Scope(this, { name, local });
  }

  /**
   * Makes a branch inside this scope: values that only it needs are computed there, though they
   * belong here.
   */
  branch(): Scope {
    return new Scope(this);
  }

  #holds(counters: Counters): boolean {
    if (this.counter) return counters.has(this.counter.name);
    return this.parent === undefined || this.parent.#holds(counters);
  }

  /**
   * Finds the scope, this or one around it, in which a value that changes with these counters is
   * computed.
   */
  homeOf(counters: Counters): Scope {
    return this.#holds(counters) ? this : this.parent!.homeOf(counters);
  }

  /** Finds the local that holds the value of this key. */
  find(key: string): number | undefined {
    return this.#locals.get(key) ?? this.parent?.find(key);
  }

  /** Says that a local holds the value of a key, here and in the scopes inside. */
  keep(key: string, local: number): void {
    this.#locals.set(key, local);
  }

  /** Adds instructions at the end. */
  add(...code: Wasm[]): void {
    this.code.push(...code);
  }

  /** Gives all instructions of a turn. */
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
   * Pushes the value of a key. If no scope has it yet, `make` computes it in the scope where it
   * belongs, and a new local of the type keeps it.
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
   * Pushes the value of a new key, an integer that grows by the same with each turn of its loop: it
   * gets its start before the loop, and takes a step at the end of a turn.
   */
  stepped(key: string, by: number, home: Scope, start: Wasm): Wasm {
    const local = this.fresh(i32);
    home.parent!.add(let_(local, start));
    home.steps.push(step(local, integer(by)));
    home.keep(key, local);
    return get(local);
  }
}
