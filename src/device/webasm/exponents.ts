import { exponentOf, floorOfLog2 } from './patterns.ts';
import type { Ast, WasmEmitter, WasmNode } from './wasmKernel.ts';

/** Integers of expressions. A number is computed as one and then made whole; gpu.js's own way would make its parts whole first. */
export function wholesOf(node: WasmNode): Readonly<Record<'whole' | 'wholes', (e: Ast) => void>> {
  const isNumber = (e: Ast): boolean => ['Number', 'Float'].includes(node.getType(e));
  return {
    whole: (e) => (isNumber(e) ? node.coerce(node.expression(e), 'i32') : node.emitIndex(e)),
    wholes: (e) => (isNumber(e) ? node.vCoerce(node.vexpr(e), 'vi32') : node.vEmitIndex(e)),
  };
}

/** p·2ⁿ for a whole n as two products, with exponents written as bits, and ⌊log₂ x⌋ read from them. */
export function exponents(node: WasmNode, plain: WasmNode): Partial<WasmNode> {
  const { whole, wholes } = wholesOf(node);
  return {
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
  };
}
