import type { Node } from '../graph/node.ts';
import { printExpr } from './printExpr.ts';
import type { Expr } from '../graph/scalar.ts';

/**
 * Returns the attributes of a node that are data. GradDrop's keep function is given as text, a
 * function of the purity P; rules of derivatives are left out.
 */
export function attrsOf(node: Node): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(node.attrs) as [string, unknown][]) {
    if (value === undefined || typeof value === 'function') continue;
    if (name === 'keep') out[name] = printExpr(value as Expr, ['P']);
    else out[name] = Array.isArray(value) ? [...(value as unknown[])] : value;
  }
  return out;
}
