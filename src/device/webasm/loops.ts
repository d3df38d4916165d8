import { stripLength, type Strips } from './strips.ts';
import type { Ast, WasmNode } from './wasmKernel.ts';

/** A loop's counter, in a local, between two other locals. */
interface Range {
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** How many are done at once; where fewer are left, the last so many of all. */
  readonly least: number;
}

/** A loop over a range that is not empty. */
export function along(node: WasmNode, { at, from, to, step, least }: Range, inside: () => void): void {
  const { em } = node;
  em.localGet(from).localSet(at);
  node.enterBlock();
  const done = node.depth;
  node.enterLoop();
  const loop = node.depth;
  inside();
  em.localGet(at).i32Const(step).i32Add().localSet(at);
  em.localGet(at).localGet(to).i32GeS();
  node.brIfTo(done);
  em.localGet(at).localGet(to).i32Const(least).i32Sub();
  em.localGet(at).localGet(to).i32Const(least).i32Sub().i32LtS().select().localSet(at);
  node.brTo(loop);
  node.exit();
  node.exit();
}

/** Locals: the element x, where it begins and ends, where sums are kept. */
interface Places {
  readonly x: number;
  readonly from: number;
  readonly to: number;
  readonly scratch: number;
}

/** Each turn of a kernel's loop along a strip of elements, eight at once, with sums kept from one turn to the next; then what is done with them. */
export function emitStrips(node: WasmNode, strips: Strips, { x, from, to, scratch }: Places): void {
  const { before, loop, turn, each, next, sums, after } = strips;
  const { em } = node;
  const emit = (s: Ast): void => node.vstatement(s);
  const whole = (): number => em.addLocal('i32');
  const [start, end, kept, isFirst] = [whole(), whole(), whole(), whole()];
  const local = (name: string): number => node.locals.get(name)!.index;
  const load = (): void =>
    sums.forEach((name, i) =>
      em
        .localGet(kept)
        .v128Load(16 * i, 4)
        .localSet(local(name)),
    );
  const store = (): void =>
    sums.forEach((name, i) =>
      em
        .localGet(kept)
        .localGet(local(name))
        .v128Store(16 * i, 4),
    );
  const elements = (inside: () => void): void => {
    const four = (): void => {
      inside();
      em.localGet(kept)
        .i32Const(16 * sums.length)
        .i32Add()
        .localSet(kept);
    };
    em.localGet(scratch).localSet(kept);
    along(node, { at: x, from: start, to: end, step: 4, least: 8 }, () => {
      four();
      em.localGet(x).i32Const(4).i32Add().localSet(x);
      four();
    });
  };
  along(node, { at: start, from, to, step: stripLength, least: 8 }, () => {
    em.localGet(start).i32Const(stripLength).i32Add().localGet(to);
    em.localGet(start).i32Const(stripLength).i32Add().localGet(to).i32LtS().select().localSet(end);
    before.forEach(emit);
    emit(loop.init!);
    em.i32Const(1).localSet(isFirst);
    const counter = local(loop.init!.declarations![0]!.id.name!);
    node.enterLoop();
    const turns = node.depth;
    turn.forEach(emit);
    elements(() => {
      em.localGet(isFirst);
      node.enterIf();
      before.filter((s) => sums.includes(s.declarations![0]!.id.name!)).forEach(emit);
      em.else_();
      load();
      node.exit();
      each.forEach(emit);
      store();
    });
    next.forEach(emit);
    em.i32Const(0).localSet(isFirst);
    em.localGet(counter).i32Const(1).i32Add().localSet(counter);
    em.localGet(counter)
      .i32Const(loop.test!.right!.value as number)
      .i32LtS();
    node.brIfTo(turns);
    node.exit();
    elements(() => {
      load();
      after.forEach(emit);
    });
  });
}
