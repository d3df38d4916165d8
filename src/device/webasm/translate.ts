import type { Grid } from '../codegen/rows.ts';
import { isIndexName } from '../codegen/syntax.ts';
import { exponents, wholesOf } from './exponents.ts';
import { along, emitStrips } from './loops.ts';
import { stripsOf } from './strips.ts';
import { isThread, placeOf, plusNumber, quotientOf, unguarded } from './patterns.ts';
import type { Ast, WasmAssembler, WasmEmitter, WasmKernel, WasmNode } from './wasmKernel.ts';

/** The memory that a module imports; sizes in pages of 64 KiB. */
export interface MemoryLimits {
  readonly initial: number;
  readonly maximum: number;
  readonly shared: boolean;
}

/**
 * A gpu.js kernel as a WebAssembly module with one function, run_simd(args, row, endRow, x, endX, scratch): the rows from `row` to before
 * `endRow`, in each the elements from x to before endX, at least four unless they are all there are. At `args` stand the addresses of output and
 * arrays and the scalars, four bytes each; what strips keep (see webasm/strips.ts) lies at `scratch`.
 *
 * gpu.js translates the expressions. Done in other ways than its own, which have the addresses written into them, are entered anew for every
 * four numbers, and read the numbers of any varying index one by one (a copy of a million takes them 2.5 ms, this 0.15):
 *
 * - both loops are inside, and what is the same throughout a row is computed once for it;
 * - a[this.thread.x + u], u the same for neighbours, is one read of four numbers;
 * - the last of a row may overlap those before, so there is no code for single numbers;
 * - p·2ⁿ for a whole n is two products, with exponents written as bits, and ⌊log₂ x⌋ is read from them;
 * - names of indices (see `isIndexName`) are integers, held in their array as such, and ⌊i / k⌋ divides integers where it is the same for
 *   neighbours, or float32 does not hold them.
 */
export function translate(
  kernel: WasmKernel,
  lengths: readonly number[],
  { inner, rows, strips: inStrips }: Grid,
  memory: MemoryLimits,
): Uint8Array<ArrayBuffer> {
  const node = kernel.functionBuilder.functionMap.kernel;
  const plain = Object.getPrototypeOf(node) as WasmNode;
  const arrays = kernel.argumentNames.slice(0, lengths.length);
  const scalars = kernel.argumentNames.slice(lengths.length);
  const lengthOf = new Map(arrays.map((name, i) => [name, lengths[i]!]));

  // Parameters of the function, and what it keeps in locals.
  const [args, firstRow, endRow, firstX, endX, scratch] = [0, 1, 2, 3, 4, 5] as const;
  let [x, row, result] = [0, 0, 0];
  const bases = new Map<string, number>();

  const address = (em: WasmEmitter, name: string): WasmEmitter =>
    em.i32Const(2).i32Shl().localGet(bases.get(name)!).i32Add();

  function begin(em: WasmEmitter): void {
    const local = (type: 'i32' | 'f32', i: number): number => {
      const index = em.addLocal(type);
      em.localGet(args)
        [type === 'i32' ? 'i32Load' : 'f32Load'](4 * i)
        .localSet(index);
      return index;
    };
    result = local('i32', 0);
    arrays.forEach((name, i) => bases.set(name, local('i32', 1 + i)));
    scalars.forEach((name, i) => {
      const index = local('f32', 1 + arrays.length + i);
      node.locals.set(name, { kind: 'scalar', index, wtype: 'f32', gtype: 'Float' });
    });
    x = em.addLocal('i32');
    row = em.addLocal('i32');
  }

  /** Whether a statement computes the same for a whole row. */
  const isOfRow = (s: Ast): boolean =>
    s.type === 'VariableDeclaration' &&
    s.kind === 'const' &&
    s.declarations!.every((d) => !node.vInfo!.varying.has(d.id.name!));

  function emitBody(em: WasmEmitter, statements: readonly Ast[]): void {
    begin(em);
    const first = statements.findIndex((s) => !isOfRow(s));
    const rest = statements.slice(first);
    const strips = inStrips ? stripsOf(rest, (e) => node.vInfo!.exprVarying(e)) : undefined;
    em.localGet(firstRow).localSet(row);
    node.enterLoop();
    const rowLoop = node.depth;
    statements.slice(0, first).forEach((s) => node.vstatement(s));
    if (strips) emitStrips(node, strips, { x, from: firstX, to: endX, scratch });
    else
      along(node, { at: x, from: firstX, to: endX, step: 4, least: 4 }, () => rest.forEach((s) => node.vstatement(s)));
    em.localGet(row).i32Const(1).i32Add().localSet(row);
    em.localGet(row).localGet(endRow).i32LtS();
    node.brIfTo(rowLoop);
    node.exit();
  }

  /**
   * Leaves an index on the stack as an integer, if it is this.thread.x and something that neighbours share, and gives how many numbers
   * further on it points: a load adds that for nothing.
   */
  function consecutive(em: WasmEmitter, index: Ast): number | undefined {
    if (isThread(index, 'x')) {
      em.localGet(x);
      return 0;
    }
    const { left, operator, right } = index;
    if (index.type !== 'BinaryExpression' || operator !== '+' || !isThread(left!, 'x')) return undefined;
    if (node.vInfo!.exprVarying(right!)) return undefined;
    const [shared, ahead] = plusNumber(right!);
    if (shared) node.emitIndex(shared);
    em.localGet(x);
    if (shared) em.i32Add();
    return ahead;
  }

  /** Four integers held between 0 and `last`. */
  const held = (em: WasmEmitter, last: number): WasmEmitter =>
    em.v128ConstI32x4(0, 0, 0, 0).i32x4MaxS().v128ConstI32x4(last, last, last, last).i32x4MinS();

  const { whole, wholes } = wholesOf(node);
  const own: Partial<WasmNode> = {
    emitFunction({ module }: WasmAssembler) {
      module.memoryImport = memory;
      module.addFunction('kernel', { params: [], results: [] });
    },
    emitVectorFunction(assembler: WasmAssembler) {
      node.assembler = assembler;
    },
    vstatement(s) {
      if (s.type !== 'BlockStatement' || !s.test) return plain.vstatement.call(node, s);
      // All four neighbours go in if one has to: what is behind a guard is chosen by the same test where it is used.
      if (node.vInfo!.exprVarying(s.test)) {
        node.vexprMask(s.test);
        node.em.v128AnyTrue();
      } else node.emitCondition(s.test);
      node.enterIf();
      plain.vstatement.call(node, s);
      node.exit();
    },
    getVariableType: (e) => (isIndexName(e.name!) ? 'Integer' : plain.getVariableType.call(node, e)),
    vexprMember(e) {
      if (!isThread(e, 'x')) return plain.vexprMember.call(node, e);
      node.em.localGet(x).i32x4Splat().v128ConstI32x4(0, 1, 2, 3).i32x4Add();
      return 'vi32';
    },
    exprMember(e) {
      if (!isThread(e, 'y')) return plain.exprMember.call(node, e);
      node.em.localGet(row);
      return 'i32';
    },
    vGather(_, name, index) {
      const { em } = node;
      const ahead = consecutive(em, index);
      if (ahead !== undefined) address(em, name).v128Load(4 * ahead, 2);
      else {
        node.vEmitIndex(index);
        const places = em.addLocal('v128');
        // Neighbours that a branch has left out may have any index.
        held(em, lengthOf.get(name)! - 1);
        em.i32Const(2).i32x4Shl().localGet(bases.get(name)!).i32x4Splat().i32x4Add().localSet(places);
        const lane = (i: number): WasmEmitter => em.localGet(places).i32x4ExtractLane(i).f32Load(0);
        lane(0).f32x4Splat();
        for (const i of [1, 2, 3]) lane(i).f32x4ReplaceLane(i);
      }
      return 'vf32';
    },
    emitFlatLoad(_, name, index) {
      node.emitIndex(index);
      if (node.vMaskDepth > 0) node.emitClampScalarIndex(lengthOf.get(name)! - 1);
      address(node.em, name).f32Load(0);
      return 'f32';
    },
    vexprConditional(e) {
      const [mask, isZero] = [node.em.addLocal('v128'), (branch: Ast): boolean => branch.value === 0];
      const { test, consequent, alternate } = e as Required<Ast>;
      if (!node.vInfo!.exprVarying(test) || isZero(consequent) === isZero(alternate))
        return plain.vexprConditional.call(node, e);
      // Where one side is 0 the mask itself will do.
      node.vexprMask(test);
      node.em.localSet(mask);
      node.vEmitByType(isZero(consequent) ? alternate : consequent, 'vf32');
      node.em.localGet(mask);
      if (isZero(consequent)) node.em.v128Andnot();
      else node.em.v128And();
      return 'vf32';
    },
    vStoreOutput(values) {
      const { em } = node;
      em.localGet(row).i32Const(inner).i32Mul().localGet(x).i32Add().i32Const(2).i32Shl().localGet(result).i32Add();
      em.localGet(values[0]!).v128Store(0, 2);
    },
    vRetireOrReturn() {
      // Kernels return once, at their end.
    },
    stmtVariableDeclaration(s) {
      const [{ id, init }] = s.declarations as [{ id: Ast; init: Ast }];
      if (!isIndexName(id.name!)) return plain.stmtVariableDeclaration.call(node, s);
      node.setScalarLocal(id.name!, 'i32', 'Integer', () => {
        const [place, quotient] = [placeOf(init), quotientOf(init)];
        if (place) return (whole(place[0]), node.emitClampScalarIndex(place[1]));
        if (!quotient) return whole(init);
        quotient.parts.forEach((part) => node.emitIndex(part));
        node.em.i32DivS();
      });
    },
    vDeclareVarying(d, s) {
      if (!isIndexName(d.id.name!)) return plain.vDeclareVarying.call(node, d, s);
      const { em } = node;
      const [place, quotient] = [placeOf(d.init), quotientOf(d.init)];
      node.vSetVaryingScalar(d.id.name!, 'vi32', 'Integer', () => {
        if (place) return void (wholes(place[0]), held(em, place[1]));
        if (!quotient?.isLarge) return wholes(d.init);
        const [of, k] = quotient.parts;
        const four = em.addLocal('v128');
        node.vEmitIndex(of);
        em.localSet(four);
        const n = k.value as number;
        const lane = (i: number): WasmEmitter => em.localGet(four).i32x4ExtractLane(i).i32Const(n).i32DivS();
        lane(0).i32x4Splat();
        for (const i of [1, 2, 3]) lane(i).i32x4ReplaceLane(i);
      });
    },
  };
  Object.assign(node, exponents(node, plain), own);
  // In the place of its driver, which it exports under this name.
  kernel._emitRunSimd = (module) => {
    const em = module.addFunction('run_simd', { params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], results: [] });
    Object.assign(node, { em, vec: true, depth: 0, vMaskDepth: 0, vRetMask: -1, vTerminated: false });
    // What the analysis took the literals for, before indices were integers, is forgotten.
    Object.assign(node, {
      locals: new Map(),
      literalTypes: {},
      loopStack: [],
      vLoopStack: [],
      taintedLocals: new Set(),
    });
    const tree = unguarded(node.getJsAST());
    node.vInfo = node.vAnalyze(tree);
    node.vCur = em.addLocal('v128');
    em.v128ConstI32x4(-1, -1, -1, -1).localSet(node.vCur);
    emitBody(em, tree.body!.body!);
  };
  return kernel._assembleModule(moduleLayout(), inner * rows, memory.shared).bytes;

  function moduleLayout(): object {
    const places = arrays.map((name, i) => [
      name,
      { index: i, offset: 0, dims: [lengths[i]!, 1, 1], flatLength: lengths[i]! },
    ]);
    return { arrays: Object.fromEntries(places), scalars: {}, constantArrays: {}, outputOffset: 0 };
  }
}
