import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printGraph, grad, tensor, type Tensor } from 'cotangent';
import { record, type Trace } from 'cotangent/inspect';
import { layoutOf, type Layout } from '../../examples/playground/graph/layout.ts';
import { printTrace } from '../../examples/playground/graph/lines.ts';
import { mostBoxes, pictureOf, type Picture } from '../../examples/playground/graph/picture.ts';
import { bookmarksOf, firstBookmark, scopeOf, type Scope } from '../../examples/playground/graph/scope.ts';
import { names, recorded, steps, traceOf } from './recorded.ts';

interface Shown {
  readonly trace: Trace;
  readonly scope: Scope;
  readonly level: number;
  readonly picture: Picture;
  readonly layout: Layout;
}

/** All pictures of a trace: of each bookmark and each level of derivative. */
const shown = (trace: Trace): Shown[] =>
  bookmarksOf(trace).flatMap((b) => {
    const scope = scopeOf(trace, b.nodes);
    return Array.from({ length: scope.order + 1 }, (_, level) => {
      const picture = pictureOf(trace, scope, level);
      return { trace, scope, level, picture, layout: layoutOf(picture) };
    });
  });

/** Throws unless the picture is as a reader may expect. */
function check({ trace, scope, picture, layout }: Shown): void {
  const { boxes, edges } = picture;
  const ids = new Set(boxes.map((b) => b.id));
  expect(ids.size, 'each box has a name of its own').toBe(boxes.length);
  for (const a of boxes) {
    const p = layout.at[a.id]!;
    for (const b of boxes) {
      const q = layout.at[b.id]!;
      const apart = p.x + p.width <= q.x || q.x + q.width <= p.x || p.y + p.height <= q.y || q.y + q.height <= p.y;
      expect(a === b || apart, `${a.id} and ${b.id} do not overlap`).toBe(true);
    }
    if (a.under === undefined) continue;
    const primal = layout.at[a.under]!;
    expect(p.x, `${a.id} is in the column of ${a.under}`).toBe(primal.x);
    expect(p.y, `${a.id} is below ${a.under}`).toBeGreaterThanOrEqual(primal.y + primal.height);
  }
  for (const { from, to, kind, back } of edges) {
    expect(ids.has(from) && ids.has(to), `${from} → ${to} joins boxes`).toBe(true);
    const [f, t] = [boxes.find((b) => b.id === from)!, boxes.find((b) => b.id === to)!];
    if (kind === 'primal' && !back && f.row === t.row)
      expect(layout.at[to]!.x, `${from} is left of ${to}`).toBeGreaterThan(layout.at[from]!.x);
  }
  for (const id of scope.nodes) {
    const box = picture.boxOf.get(id);
    expect(box === undefined || ids.has(box), `node ${id} is in a box of the picture`).toBe(true);
    expect(trace.nodes[id]!.id).toBe(id);
  }
}

test.each(names)('in the pictures of %s no boxes overlap, columns agree and edges lead on', async (name) => {
  const all = shown(await traceOf(name));
  expect(all.length).toBeGreaterThan(0);
  all.forEach(check);
});

test('a program that reads nothing shows all that it made', async () => {
  const { trace } = await record(() => [tensor(1).add(2), tensor([1, 2]).sin()]);
  const [all, ...others] = bookmarksOf(trace);
  expect([all!.kind, others]).toEqual(['all', []]);
  expect(pictureOf(trace, scopeOf(trace, all!.nodes), 1).boxes.map(({ node }) => trace.nodes[node]!.name)).toEqual(['data', 'add', 'data', 'sin']); // prettier-ignore
  expect(bookmarksOf({ ...trace, nodes: [] })).toEqual([]);
});

test('in the pictures of random programs no boxes overlap, columns agree and edges lead on', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(1 as const, 2 as const), async (list, order) => {
      shown(await recorded(list, order)).forEach(check);
    }),
    { numRuns: 40 },
  );
});

test('the boxes of the program stay where they are when its derivative appears', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      const [plain, mirrored] = shown(await recorded(list, 1));
      for (const { id } of plain!.picture.boxes) expect(mirrored!.layout.at[id]).toEqual(plain!.layout.at[id]);
      for (const edge of plain!.picture.edges) expect(mirrored!.picture.edges).toContainEqual(edge);
    }),
    { numRuns: 40 },
  );
});

test('every node that a rule made is under the node whose rule it is, or adds up what arrives there', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(1 as const, 2 as const), async (list, order) => {
      for (const { trace, picture } of shown(await recorded(list, order)))
        for (const box of picture.boxes) {
          if (box.under === undefined || box.kind !== 'node') continue;
          expect(picture.boxOf.get(trace.nodes[box.node]!.of!)).toBe(box.under);
        }
    }),
    { numRuns: 40 },
  );
});

test('numbers, arguments and views have no boxes', async () => {
  const trace = await traceOf('two lanes');
  const scope = scopeOf(trace, firstBookmark(trace, bookmarksOf(trace))!.nodes);
  const { boxes, edges } = pictureOf(trace, scope, 0);
  const ops = new Set(boxes.map((b) => trace.nodes[b.node]!.op));
  for (const op of ['constant', 'argument', 'reshape', 'shrink', 'expand', 'permute']) expect(ops).not.toContain(op);
  const lanes = edges.filter((e) => trace.nodes[boxes.find((b) => b.id === e.from)!.node]!.op === 'fanOut');
  expect(new Set(lanes.map((e) => e.lane))).toEqual(new Set([0, 1]));
  expect(lanes.every((e) => e.via.some((id) => trace.nodes[id]!.op === 'shrink'))).toBe(true);
});

test('an argument that is a number has a box, because it is an input of the picture', async () => {
  const trace = await traceOf('one derivative');
  const scope = scopeOf(trace, firstBookmark(trace, bookmarksOf(trace))!.nodes);
  const { boxes } = pictureOf(trace, scope, 0);
  expect(boxes.map((b) => trace.nodes[b.node]!.name)).toEqual(['argument', 'tanh', 'mul']);
});

test('numbers stand in the operands of their users', async () => {
  const trace = await traceOf('no derivative');
  const scope = scopeOf(trace, bookmarksOf(trace).at(-1)!.nodes);
  const { boxes } = pictureOf(trace, scope, 0);
  expect(boxes.map((b) => trace.nodes[b.node]!.name + b.operands)).toEqual(['data', 'mul(·, 2)', 'add(·, 1)']);
});

test('a derivative of a derivative has three pictures, and the program is in each of them', async () => {
  const all = shown(await traceOf('a derivative of a derivative'));
  expect(all.map((s) => s.level)).toEqual([0, 1, 2]);
  const own = all[0]!.picture.boxes.map((b) => b.id);
  for (const { picture } of all) expect(picture.boxes.map((b) => b.id)).toEqual(expect.arrayContaining(own));
  // In the last picture the first derivative is part of what is differentiated.
  const [, first, second] = all as [Shown, Shown, Shown];
  const made = first.picture.boxes.filter((b) => b.under !== undefined && b.kind === 'node');
  for (const { id } of made) expect(second.picture.boxes.find((b) => b.id === id)!.under).toBeUndefined();
});

test(`above ${mostBoxes} boxes the nodes of a line share one, which can be opened`, async () => {
  const trace = await traceOf('a hundred sines');
  const scope = scopeOf(trace, firstBookmark(trace, bookmarksOf(trace))!.nodes);
  const { boxes, collapsed } = pictureOf(trace, scope, 1);
  expect(collapsed).toBe(true);
  expect(boxes.length).toBeLessThan(12);
  const sine = boxes.find((b) => b.kind === 'line' && b.count === 100)!;
  const open = pictureOf(trace, scope, 1, new Set([sine.line!]));
  expect(open.boxes.filter((b) => b.under === undefined && trace.nodes[b.node]!.name === 'sin')).toHaveLength(100);
  expect(pictureOf(trace, scope, 0).collapsed).toBe(false);
});

test('each turn of a loop with a derivative is a row below the one before', async () => {
  const all = shown(await traceOf('four steps of descent'));
  const { picture, layout } = all.at(-1)!;
  const rows = new Map<number, number[]>();
  for (const b of picture.boxes) rows.set(b.row, [...(rows.get(b.row) ?? []), layout.at[b.id]!.y]);
  expect(rows.size).toBe(5);
  for (let row = 1; row < 5; row++)
    expect(Math.min(...rows.get(row)!)).toBeGreaterThan(Math.max(...rows.get(row - 1)!));
});

test('lines that are read several times are one bookmark, of the last value', async () => {
  const { trace } = await record(async () => {
    for (let i = 0; i < 3; i++) await tensor([i]).add(1).array();
  });
  const [bookmark, ...others] = bookmarksOf(trace);
  expect(others).toEqual([]);
  expect(bookmark).toMatchObject({ kind: 'read', times: 3, nodes: [trace.reads[2]!.node] });
});

test('a sweep that leads to no read is a bookmark of its own', async () => {
  const { trace } = await record(() => void grad((x: Tensor) => x.tanh())(tensor(0.5)));
  expect(bookmarksOf(trace).map((b) => b.kind)).toEqual(['sweep']);
});

test('the first bookmark shows a reverse sweep, although others come before it', async () => {
  const { trace } = await record(async () => {
    await tensor([1]).exp().array();
    await grad((x: Tensor) => x.tanh())(tensor(0.5)).item();
    await tensor([2]).exp().array();
  });
  const bookmarks = bookmarksOf(trace);
  expect(bookmarks.indexOf(firstBookmark(trace, bookmarks)!)).toBe(1);
});

test('the text list is what printGraph prints', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      // The graph of a trace ends where its root does, as that of printGraph does.
      let printed = '';
      const { trace } = await record(async () => {
        const values: Tensor[] = [tensor([0.5, 2, 1]), tensor([1, -1, 2])];
        for (const { op, a, b } of list) {
          const [x, y] = [values[a % values.length]!, values[b % values.length]!];
          values.push(
            op === 'sum' ? x.sum({ axis: 0 }).add(y) : op === 'flip' ? x.flip().mul(2) : x.mul(y).pad([[0, 0]]),
          );
        }
        printed = printGraph(values.at(-1)!);
        await values.at(-1)!.data();
      });
      expect(printTrace(trace, [trace.reads.at(-1)!.node])).toBe(printed);
    }),
    { numRuns: 100 },
  );
});
