import type { Grid } from '../codegen/rows.ts';
import { isIndexName } from '../codegen/syntax.ts';
import { exponentOf, floorOfLog2, floorOfQuotient, isThread, plusNumber } from './patterns.ts';
import type { Ast, WasmAssembler, WasmEmitter, WasmKernel, WasmNode } from './wasmKernel.ts';

/** The memory that a module imports; sizes in pages of 64 KiB. */
export interface MemoryLimits {
  readonly initial: number;
  readonly maximum: number;
  readonly shared: boolean;
}

/**
 * A gpu.js kernel as a WebAssembly module with one function, run_simd(args, row, endRow, x, endX): the rows from `row` to before `endRow`,
 * in each the elements from x to before endX, at least as many as are computed at once: four, or as many for each component that the kernel
 * returns, unless they are all there are. At `args` stand the addresses of
 * output and arrays and the scalars, four bytes each.
 *
 * gpu.js translates the expressions. Done in other ways than its own, which have the addresses written into them, are entered anew for every
 * four numbers, and read the numbers of any varying index one by one (a copy of a million takes them 2.5 ms, this 0.15):
 *
 * - both loops are inside, and what is the same throughout a row is computed once for it;
 * - a[this.thread.x + u], u the same for neighbours, is one read of four numbers;
 * - the last of a row may overlap those before, so there is no code for single numbers;
 * - p·2ⁿ for a whole n is two products, with exponents written as bits, and ⌊log₂ x⌋ is read from them;
 * - names of indices (see `isIndexName`) are integers, and ⌊i / k⌋ divides integers where it is the same for neighbours.
 */
export function translate(
  kernel: WasmKernel,
  lengths: readonly number[],
  { inner, rows }: Grid,
  memory: MemoryLimits,
): Uint8Array<ArrayBuffer> {
  const node = kernel.functionBuilder.functionMap.kernel;
  const plain = Object.getPrototypeOf(node) as WasmNode;
  const arrays = kernel.argumentNames.slice(0, lengths.length);
  const scalars = kernel.argumentNames.slice(lengths.length);
  const lengthOf = new Map(arrays.map((name, i) => [name, lengths[i]!]));

  // Parameters of the function, and what it keeps in locals.
  const [args, firstRow, endRow, firstX, endX] = [0, 1, 2, 3, 4] as const;
  let [x, row, output] = [0, 0, 0];
  const bases = new Map<string, number>();

  const address = (em: WasmEmitter, name: string): WasmEmitter =>
    em.i32Const(2).i32Shl().localGet(bases.get(name)!).i32Add();

  function begin(em: WasmEmitter): number {
    const local = (type: 'i32' | 'f32', i: number): number => {
      const index = em.addLocal(type);
      em.localGet(args)
        [type === 'i32' ? 'i32Load' : 'f32Load'](4 * i)
        .localSet(index);
      return index;
    };
    const result = local('i32', 0);
    arrays.forEach((name, i) => bases.set(name, local('i32', 1 + i)));
    scalars.forEach((name, i) => {
      const index = local('f32', 1 + arrays.length + i);
      node.locals!.set(name, { kind: 'scalar', index, wtype: 'f32', gtype: 'Float' });
    });
    x = em.addLocal('i32');
    row = em.addLocal('i32');
    output = em.addLocal('i32');
    return result;
  }

  /** Whether a statement computes the same for a whole row. */
  const isOfRow = (s: Ast): boolean =>
    s.type === 'VariableDeclaration' &&
    s.kind === 'const' &&
    s.declarations!.every((d) => !node.vInfo!.varying.has(d.id.name!));

  function emitBody(em: WasmEmitter): void {
    const step = 4 * kernel.componentCount;
    const result = begin(em);
    const statements = node.getJsAST().body!.body!;
    const first = statements.findIndex((s) => !isOfRow(s));
    em.localGet(firstRow).localSet(row);
    node.enterLoop();
    const rowLoop = node.depth;
    statements.slice(0, first).forEach((s) => node.vstatement(s));
    em.localGet(firstX).localSet(x);
    node.enterBlock();
    const done = node.depth;
    node.enterLoop();
    const quadLoop = node.depth;
    em.localGet(row).i32Const(inner).i32Mul().localGet(x).i32Add().i32Const(2).i32Shl();
    em.localGet(result).i32Add().localSet(output);
    statements.slice(first).forEach((s) => node.vstatement(s));
    em.localGet(x).i32Const(step).i32Add().localSet(x);
    em.localGet(x).localGet(endX).i32GeS();
    node.brIfTo(done);
    // Where fewer are left than are computed at once, the last of all.
    em.localGet(x).localGet(endX).i32Const(step).i32Sub();
    em.localGet(x).localGet(endX).i32Const(step).i32Sub().i32LtS().select().localSet(x);
    node.brTo(quadLoop);
    node.exit();
    node.exit();
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

  const em = (): WasmEmitter => node.em;
  /** A number is computed as one and then made whole; gpu.js's own way would make its parts whole first. */
  const isNumber = (e: Ast): boolean => ['Number', 'Float'].includes(node.getType(e));
  const whole = (e: Ast): void => (isNumber(e) ? node.coerce(node.expression(e), 'i32') : node.emitIndex(e));
  const wholes = (e: Ast): void => (isNumber(e) ? node.vCoerce(node.vexpr(e), 'vi32') : node.vEmitIndex(e));

  const own: Partial<WasmNode> = {
    emitFunction({ module }: WasmAssembler) {
      module.memoryImport = memory;
      module.addFunction('kernel', { params: [], results: [] });
    },
    emitVectorFunction(assembler: WasmAssembler) {
      node.assembler = assembler;
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
        const last = lengthOf.get(name)! - 1;
        const places = em.addLocal('v128');
        // Neighbours that a branch has left out may have any index.
        em.v128ConstI32x4(0, 0, 0, 0).i32x4MaxS().v128ConstI32x4(last, last, last, last).i32x4MinS();
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
      const [mask, isZero] = [em().addLocal('v128'), (branch: Ast): boolean => branch.value === 0];
      const { test, consequent, alternate } = e as Required<Ast>;
      if (!node.vInfo!.exprVarying(test) || isZero(consequent) === isZero(alternate))
        return plain.vexprConditional.call(node, e);
      // Where one side is 0 the mask itself will do.
      node.vexprMask(test);
      em().localSet(mask);
      node.vEmitByType(isZero(consequent) ? alternate : consequent, 'vf32');
      em().localGet(mask);
      if (isZero(consequent)) em().v128Andnot();
      else em().v128And();
      return 'vf32';
    },
    vexprBinary(e) {
      const exponent = exponentOf(e);
      if (!exponent) return plain.vexprBinary.call(node, e);
      const { em } = node;
      const [n, half] = [em.addLocal('v128'), em.addLocal('v128')];
      const bits = (): WasmEmitter => em.v128ConstI32x4(127, 127, 127, 127).i32x4Add().i32Const(23).i32x4Shl();
      wholes(exponent);
      em.localSet(n).localGet(n).i32Const(1).i32x4ShrS().localSet(half);
      node.vEmitByType(e.left!, 'vf32');
      em.localGet(half);
      bits().f32x4Mul().localGet(n).localGet(half).i32x4Sub();
      bits().f32x4Mul();
      return 'vf32';
    },
    exprBinary(e) {
      const exponent = exponentOf(e);
      if (!exponent) return plain.exprBinary.call(node, e);
      const { em } = node;
      const [n, half] = [em.addLocal('i32'), em.addLocal('i32')];
      const bits = (): WasmEmitter => em.i32Const(127).i32Add().i32Const(23).i32Shl().f32ReinterpretI32();
      whole(exponent);
      em.localSet(n).localGet(n).i32Const(1).i32ShrS().localSet(half);
      node.emitByType(e.left!, 'f32');
      em.localGet(half);
      bits().f32Mul().localGet(n).localGet(half).i32Sub();
      bits().f32Mul();
      return 'f32';
    },
    vMathCall(name, e) {
      const x = floorOfLog2(e);
      if (!x) return plain.vMathCall.call(node, name, e);
      node.vEmitByType(x, 'vf32');
      node.em.i32Const(23).i32x4ShrU().v128ConstI32x4(127, 127, 127, 127).i32x4Sub().f32x4ConvertI32x4S();
      return 'vf32';
    },
    emitMathCall(name, e) {
      const x = floorOfLog2(e);
      if (!x) return plain.emitMathCall.call(node, name, e);
      node.emitByType(x, 'f32');
      node.em.i32ReinterpretF32().i32Const(23).i32ShrU().i32Const(127).i32Sub().f32ConvertI32S();
      return 'f32';
    },
    vStoreOutput(values) {
      values.forEach((value, block) =>
        node.em
          .localGet(output)
          .localGet(value)
          .v128Store(16 * block, 2),
      );
    },
    vRetireOrReturn() {
      // Kernels return once, at their end.
    },
    stmtVariableDeclaration(s) {
      const [{ id, init }] = s.declarations as [{ id: Ast; init: Ast }];
      if (!isIndexName(id.name!)) return plain.stmtVariableDeclaration.call(node, s);
      node.setScalarLocal(id.name!, 'i32', 'Integer', () => {
        // A number is computed as one and then made whole; gpu.js's own way would make its parts whole first.
        const quotient = floorOfQuotient(init);
        if (!quotient) return whole(init);
        quotient.forEach((part) => node.emitIndex(part));
        node.em.i32DivS();
      });
    },
    vDeclareVarying(d, s) {
      if (!isIndexName(d.id.name!)) return plain.vDeclareVarying.call(node, d, s);
      node.vSetVaryingScalar(d.id.name!, 'vi32', 'Integer', () => wholes(d.init));
    },
  };
  Object.assign(node, own);
  // In the place of its driver, which it exports under this name.
  kernel._emitRunSimd = (module) => {
    const em = module.addFunction('run_simd', { params: ['i32', 'i32', 'i32', 'i32', 'i32'], results: [] });
    Object.assign(node, { em, vec: true, depth: 0, vMaskDepth: 0, vRetMask: -1, vTerminated: false });
    // What the analysis took the literals for, before indices were integers, is forgotten.
    Object.assign(node, {
      locals: new Map(),
      literalTypes: {},
      loopStack: [],
      vLoopStack: [],
      taintedLocals: new Set(),
    });
    node.vInfo = node.vAnalyze(node.getJsAST());
    node.vCur = em.addLocal('v128');
    em.v128ConstI32x4(-1, -1, -1, -1).localSet(node.vCur);
    emitBody(em);
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
