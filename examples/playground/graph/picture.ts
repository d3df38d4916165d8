import type { Trace } from 'cotangent/inspect';
import { divide } from './divide.ts';
import { about, Drawing, operandsOf, railsOf, type Box, type Edge, type Plan } from './drawing.ts';
import { placesOf } from './hidden.ts';
import { lanesOf } from './lanes.ts';
import { reflect } from './reflect.ts';
import type { Scope } from './scope.ts';

export interface Picture {
  readonly level: number;
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
  /** The box that shows a node, for each node that has one. */
  readonly boxOf: ReadonlyMap<number, string>;
  /** True if nodes of one line share a box. */
  readonly collapsed: boolean;
}

/** With more boxes than this, the nodes of each line share one box. */
export const mostBoxes = 120;

/** With more boxes than this, no line can be opened. */
export const mostToOpen = 2000;

/** Draws the boxes of the primal and the edges between them. */
function drawBase(plan: Plan, base: readonly number[], rowOf: (id: number) => number): void {
  const { trace, places, drawing, isClosed } = plan;
  for (const id of base) {
    const { box } = places[id]!;
    if (box === undefined) continue;
    const closed = isClosed(box);
    const name = closed ? `line ${trace.nodes[box]!.position!.line}` : `n${box}`;
    drawing.boxOf.set(id, name);
    if (box !== id) continue;
    const kind = closed ? 'line' : 'node';
    const operands = closed ? '' : operandsOf(plan, id);
    drawing.add({ id: name, kind, node: id, row: rowOf(id), operands, ...about(plan, id) });
  }
  for (const id of base) {
    if (places[id]!.box !== id) continue;
    for (const x of trace.nodes[id]!.inputs) {
      const { box, via } = places[x]!;
      const from = box === undefined ? undefined : drawing.boxOf.get(box);
      if (box === undefined || from === undefined) continue;
      const to = drawing.boxOf.get(id)!;
      drawing.connect({ from, to, via, kind: 'primal', ...railsOf(plan, box, via, id) });
    }
  }
}

/** Draws the edges from results of sweeps to what the program computes from them. */
function drawUses({ trace, places, drawing }: Plan, base: readonly number[]): void {
  for (const id of base) {
    if (places[id]!.box !== id) continue;
    for (const x of trace.nodes[id]!.inputs) {
      const from = drawing.boxOf.get(x);
      if (from !== undefined && drawing.isMirror(from))
        drawing.connect({ from, to: drawing.boxOf.get(id)!, via: places[x]!.via, kind: 'use' });
    }
  }
}

/**
 * Makes the picture of a scope at one level of derivative. Level 0 is the program alone. At level n
 * the n-th derivative is the mirror of what it differentiates, which is the program with the
 * derivatives before. `opened` names the lines whose nodes have boxes of their own although the
 * picture is collapsed.
 */
export function pictureOf(trace: Trace, scope: Scope, level: number, opened: ReadonlySet<number> = new Set()): Picture {
  const places = placesOf(trace);
  const { base, mirror, row } = divide(trace, scope, level);
  const boxes = [...base, ...mirror].filter((id) => places[id]!.box === id).length;
  const collapsed = boxes > mostBoxes;
  const isClosed = (id: number): boolean => {
    const line = trace.nodes[id]!.position?.line;
    return collapsed && line !== undefined && (boxes > mostToOpen || !opened.has(line));
  };
  const drawing = new Drawing();
  const plan: Plan = { trace, places, lanes: lanesOf(trace), drawing, isClosed };
  drawBase(plan, base, (id) => (collapsed ? 0 : row.get(id)!));
  if (level > 0) {
    reflect(plan, scope, level, mirror);
    drawUses(plan, base);
  }
  return {
    level,
    boxes: [...drawing.boxes.values()],
    edges: [...drawing.edges.values()],
    boxOf: drawing.boxOf,
    collapsed,
  };
}
