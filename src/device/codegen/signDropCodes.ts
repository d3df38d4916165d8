import { huge, scaleDown, scaleUp, tiny } from '../../../kernels/graddrop.ts';
import { is, type Node } from '../../graph/node.ts';
import { independent } from '../../schedule/independent.ts';
import { literal, type Affine } from './affine.ts';
import { call, num, type Code } from './code.ts';
import { keepCode } from './scalarCode.ts';

/** Places that are computed side by side. */
export type Places = readonly (readonly Affine[])[];
export type Terms = (at: readonly Affine[], i: Affine) => readonly Code[];

/** What the translation of one operation needs of that of the whole kernel. */
interface Around {
  readonly value: (node: Node, at: readonly Affine[]) => Code;
  /** For each place the sums of several terms over a counter; where there are guards, only if one of them holds. */
  readonly sums: (n: number, ats: Places, terms: Terms, guards?: readonly Code[]) => Code[][];
  readonly isBuffer: (node: Node) => boolean;
  readonly bits: boolean;
}

const zero = num(0);
const choose = (test: Code, yes: Code, no: Code): Code => call('where', test, yes, no);
const isPositive = (x: Code): Code => call('greater', x, zero);
/** x in the sum of the positive, or in that of the others; a NaN counts there, so that it is not lost. */
const bothSides = (x: Code): [Code, Code] => [choose(isPositive(x), x, zero), choose(isPositive(x), zero, x)];

/** s where G_i = s g_i with one s for all lanes, as sgn(A) is: the node with size 1 in the lanes' place. */
function commonFactor(g: Node, G: Node, isBuffer: (node: Node) => boolean): Node | undefined {
  if (!is(G, 'elementwise') || G.attrs.name !== 'mul' || isBuffer(G)) return undefined;
  const at = G.inputs.indexOf(g);
  return at < 0 ? undefined : independent(G.inputs[1 - at]!, 0, isBuffer);
}

/**
 * The GradDrop merge at some places; see kernels/graddrop.ts. Where G is g up to a sign that all lanes share, the sums of g's positive and of
 * its other lanes are what is chosen between, and the lanes are read once; else they are gone through again, each with its mask. What only
 * numbers near the end of float32 need, or places where A is 0, is behind a guard.
 */
export function signDropCodes(node: Node<'signDrop'>, ats: Places, around: Around): Code[] {
  const [g, G] = node.inputs as [Node, Node];
  const factor = G === g ? undefined : commonFactor(g, G, around.isBuffer);
  return G !== g && !factor ? byMasks(node, ats, around) : bySides(node, ats, around, factor);
}

/** The parts of a merge, by place and lane. */
function partsOf(node: Node<'signDrop'>, { value }: Around): Parts {
  const [g, G, u] = node.inputs as [Node, Node, Node];
  const { leak, keepZero } = node.attrs;
  const here = (at: readonly Affine[]): Affine[] => u.shape.map((n, d) => (n === 1 ? literal(0) : at[d]!));
  return {
    lanes: g.shape[0]!,
    sign: (at, i) => value(G, [i, ...here(at)]),
    own: (at, i) => value(g, [i, ...at]),
    share: (i) => (leak ? value(node.inputs[3]!, [i]) : undefined),
    draw: (at) => value(u, here(at)),
    A: (at) => (keepZero ? value(node.inputs[leak ? 4 : 3]!, at) : undefined),
  };
}

interface Parts {
  readonly lanes: number;
  readonly sign: (at: readonly Affine[], i: Affine) => Code;
  readonly own: (at: readonly Affine[], i: Affine) => Code;
  readonly share: (i: Affine) => Code | undefined;
  readonly draw: (at: readonly Affine[]) => Code;
  readonly A: (at: readonly Affine[]) => Code | undefined;
}

function byMasks(node: Node<'signDrop'>, ats: Places, around: Around): Code[] {
  const { lanes, sign, own, share, draw, A } = partsOf(node, around);
  const sides = around.sums(lanes, ats, (at, i) => bothSides(sign(at, i))) as [Code, Code][];
  const decisions = decide(node, ats, sides, sign, ats.map(draw), around);
  const merged = around.sums(lanes, ats, (at, i) => {
    const { positive } = decisions[ats.indexOf(at)]!;
    const [x, a] = [sign(at, i), A(at)];
    const agrees = choose(positive, choose(isPositive(x), num(1), zero), choose(call('less', x, zero), num(1), zero));
    const kept = call('notEqual', agrees, zero);
    const none = a && call('and', call('equal', x, zero), call('equal', a, zero));
    const weight = choose(none ? call('or', kept, none) : kept, num(1), share(i) ?? zero);
    return [call('mul', own(at, i), weight)];
  });
  return merged.map(([y], b) => choose(decisions[b]!.known, y!, num(NaN)));
}

function bySides(node: Node<'signDrop'>, ats: Places, around: Around, factor: Node | undefined): Code[] {
  const { lanes, sign, own, share, draw, A } = partsOf(node, around);
  const sides = around.sums(lanes, ats, (at, i) => {
    const l = share(i);
    return [...bothSides(own(at, i)), ...(l ? bothSides(call('mul', own(at, i), l)) : [])];
  }) as [Code, Code, Code?, Code?][];
  const factors = ats.map((at) => factor && around.value(factor, [literal(0), ...at]));
  const turned = factors.map((s) => s && call('less', s, zero));
  const minus = (x: Code): Code => call('neg', x);
  const signs = sides.map(([p, n], b): [Code, Code] => {
    const t = turned[b];
    return t ? [choose(t, minus(n), p), choose(t, minus(p), n)] : [p, n];
  });
  const decisions = decide(node, ats, signs, sign, ats.map(draw), around);
  const zeros = ats.map(A).map((a) => a && call('equal', a, zero));
  const all = zeros[0] ? around.sums(lanes, ats, (at, i) => [own(at, i)], zeros as Code[]) : undefined;
  return sides.map(([p, n, pLeak, nLeak], b) => {
    const [s, t] = [factors[b], turned[b]];
    const [up, down] = pLeak && nLeak ? [call('add', p, nLeak), call('add', n, pLeak)] : [p, n];
    const turn = (x: Code, y: Code): Code => (t ? choose(t, y, x) : x);
    const { positive, known } = decisions[b]!;
    const merged = choose(positive, turn(up, down), turn(down, up));
    const rest = pLeak && nLeak ? call('add', pLeak, nLeak) : zero;
    const signed = s ? choose(call('equal', s, zero), rest, merged) : merged;
    return choose(known, all ? choose(zeros[b]!, all[b]![0]!, signed) : signed, num(NaN));
  });
}

interface Decision {
  /** Whether the positive side is kept. */
  readonly positive: Code;
  /** Whether there is a purity to decide by: no lane is infinite or NaN. */
  readonly known: Code;
}

/** Which side is kept, from the sums p of positive lanes and n of the others, scaled so that they neither overflow nor vanish. */
function decide(
  { inputs, attrs: { k, keep } }: Node<'signDrop'>,
  ats: Places,
  sides: readonly (readonly [Code, Code])[],
  sign: Parts['sign'],
  draws: readonly Code[],
  { sums, bits }: Around,
): Decision[] {
  const overs = sides.map(([p, n]) => call('greater', call('sub', p, n), num(huge)));
  const down = sums(inputs[0]!.shape[0]!, ats, (at, i) => bothSides(call('mul', sign(at, i), num(scaleDown))), overs);
  return sides.map(([p, n], b) => {
    const [over, draw] = [overs[b]!, draws[b]!];
    const [pDown, nDown] = down[b] as [Code, Code];
    const [P, N] = [choose(over, pDown, p), choose(over, nDown, n)];
    const total = call('sub', P, N);
    const known = call('less', total, num(2 * huge));
    const up = choose(call('less', total, num(tiny)), num(scaleUp), num(1));
    const S = call('mul', total, up);
    if (keep) {
      const purity = choose(isPositive(S), call('div', call('mul', P, up), S), num(0.5));
      return { positive: call('greater', keepCode(keep.p as Node, keep.f as Node, purity, bits), draw), known };
    }
    const centred = call('sub', call('mul', num(2), draw), num(1));
    const side = call('mul', num(k!), call('mul', call('add', P, N), up));
    return { positive: call('greater', side, call('mul', centred, S)), known };
  });
}
