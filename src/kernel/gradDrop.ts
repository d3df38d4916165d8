import { huge, scaleDown, scaleUp, tiny, type SignDropAttrs } from '../../kernels/graddrop.ts';
import type { Node } from '../graph/node.ts';
import { literal, type Affine } from './affine.ts';
import { call, num, type Code } from './code.ts';
import { keepCode } from './scalarCode.ts';

/** What the translation of one operation needs of that of the whole kernel. */
interface Around {
  readonly value: (node: Node, at: readonly Affine[]) => Code;
  /** Sums of several terms over a counter; `rare`: hardly ever run. */
  readonly sums: (n: number, terms: (i: Affine) => readonly Code[], rare?: boolean) => Code[];
  readonly bits: boolean;
}

const zero = num(0);
const choose = (test: Code, yes: Code, no: Code): Code => call('where', test, yes, no);
/** −x, in one instruction of WebAssembly where a change of sign takes three. */
const minus = (x: Code): Code => call('sub', zero, x);
const isPositive = (x: Code): Code => call('greater', x, zero);
/**
 * x in the sum of the positive, or in that of the others. What is not finite is NaN among these, so
 * that it is not lost: of a choice, as x > 0 ? 0 : x, shaders make a minimum, which drops a NaN.
 */
function bothSides(x: Code): [Code, Code] {
  const positive = choose(isPositive(x), x, zero);
  return [positive, call('sub', x, positive)];
}

/**
 * The GradDrop merge at a place; see kernels/graddrop.ts. Where G is g up to a sign that all lanes
 * share, the sums of g's positive and of its other lanes are what is chosen between, and the lanes
 * are read once; else they are gone through again, each with its mask. What only numbers near the
 * ends of float32 need, or places where A is 0, is one side of a choice: loops there are passed
 * over.
 */
export function signDropCode(node: Node<'signDrop'>, at: readonly Affine[], around: Around): Code {
  const [g, G, u] = node.inputs as [Node, Node, Node];
  const { leak, keepZero, factor } = node.attrs;
  const { value } = around;
  const here = u.shape.map((n, d) => (n === 1 ? literal(0) : at[d]!));
  const parts: Parts = {
    lanes: g.shape[0]!,
    sign: (i) => value(G, [i, ...here]),
    own: (i) => value(g, [i, ...at]),
    share: (i) => (leak ? value(node.inputs[3]!, [i]) : undefined),
    draw: value(u, here),
    A: keepZero ? value(node.inputs[leak ? 4 : 3]!, at) : undefined,
    factor: factor ? value(G, [literal(0), ...at]) : undefined,
  };
  return G === g || factor ? bySides(node.attrs, parts, around) : byMasks(node.attrs, parts, around);
}

interface Parts {
  readonly lanes: number;
  readonly sign: (i: Affine) => Code;
  readonly own: (i: Affine) => Code;
  readonly share: (i: Affine) => Code | undefined;
  readonly draw: Code;
  readonly A: Code | undefined;
  /** What all lanes are multiplied with before their signs are read. */
  readonly factor: Code | undefined;
}

function byMasks(attrs: SignDropAttrs, parts: Parts, around: Around): Code {
  const { lanes, sign, own, share, A } = parts;
  const sides = around.sums(lanes, (i) => bothSides(sign(i))) as [Code, Code];
  // 1 where the positive side is kept, 0 where the negative one is, NaN where there is no purity.
  const side = decided(attrs, parts, sides, sign, around, (positive) => choose(positive, num(1), zero));
  const positive = call('greater', side, zero);
  const [merged] = around.sums(lanes, (i) => {
    const x = sign(i);
    const agrees = choose(positive, choose(isPositive(x), num(1), zero), choose(call('less', x, zero), num(1), zero));
    const kept = call('notEqual', agrees, zero);
    const none = A && call('and', call('equal', x, zero), call('equal', A, zero));
    const weight = choose(none ? call('or', kept, none) : kept, num(1), share(i) ?? zero);
    return [call('mul', own(i), weight)];
  });
  return choose(call('less', side, num(2)), merged!, num(NaN));
}

function bySides(attrs: SignDropAttrs, parts: Parts, around: Around): Code {
  const { lanes, own, share, A, factor } = parts;
  const [p, n, pLeak, nLeak] = around.sums(lanes, (i) => {
    const l = share(i);
    return [...bothSides(own(i)), ...(l ? bothSides(call('mul', own(i), l)) : [])];
  }) as [Code, Code, Code?, Code?];
  const [up, down] = pLeak && nLeak ? [call('add', p, nLeak), call('add', n, pLeak)] : [p, n];
  const rest = pLeak && nLeak ? call('add', pLeak, nLeak) : zero;
  const y = decided(attrs, parts, [p, n], own, around, (positive) => {
    const merged = choose(positive, up, down);
    // Where the factor is A itself, what passes at 0 is all.
    return factor && factor !== A ? choose(call('equal', factor, zero), rest, merged) : merged;
  });
  if (!A) return y;
  const [all] = around.sums(lanes, (i) => [own(i)], true);
  return choose(call('notEqual', A, zero), y, choose(call('equal', y, y), all!, num(NaN)));
}

/**
 * What results from keeping the positive or the negative terms, of which p and n are the sums.
 * Where these are near the ends of float32 they are made anew, scaled so that they neither overflow
 * nor vanish; if they still do, a lane is not finite, and there is no purity.
 */
function decided(
  attrs: SignDropAttrs,
  parts: Parts,
  [p, n]: readonly [Code, Code],
  term: (i: Affine) => Code,
  { sums, bits }: Around,
  result: (positive: Code) => Code,
): Code {
  const { lanes, factor } = parts;
  const total = call('sub', p, n);
  const inside = call('and', call('greaterEqual', total, num(tiny)), call('lessEqual', total, num(huge)));
  const safe = call('or', call('equal', total, zero), inside);
  const scale = choose(call('less', total, num(1)), num(scaleUp), num(scaleDown));
  const [P, N] = sums(lanes, (i) => bothSides(call('mul', term(i), scale)), true) as [Code, Code];
  const finite = call('less', call('sub', P, N), num(2 * huge));
  const isNumber = factor && call('equal', factor, factor);
  return choose(
    isNumber ? call('and', safe, isNumber) : safe,
    result(keepsPositive(attrs, parts, p, n, bits)),
    choose(
      isNumber ? call('and', finite, isNumber) : finite,
      result(keepsPositive(attrs, parts, P, N, bits)),
      num(NaN),
    ),
  );
}

/**
 * Whether the positive terms are kept, by the sums of them and of the others; a negative factor
 * turns signs round.
 */
function keepsPositive({ k, keep }: SignDropAttrs, { draw, factor }: Parts, p: Code, n: Code, bits: boolean): Code {
  const total = call('sub', p, n);
  const negative = factor && call('less', factor, zero);
  const either = ([x, X]: readonly [Code, Code], y: Code): Code => {
    const plain = call('greater', x, y);
    if (!negative) return plain;
    return call('or', call('and', negative, call('lessEqual', X, y)), call('and', isPositive(factor), plain));
  };
  if (keep) {
    const kept = (side: Code): Code => {
      const purity = choose(isPositive(total), call('div', side, total), num(0.5));
      return keepCode(keep.p as Node, keep.f as Node, purity, bits);
    };
    const f = kept(negative ? choose(negative, minus(n), p) : p);
    return either([f, f], draw);
  }
  const sum = call('add', p, n);
  const side = k === 1 ? sum : call('mul', num(k!), sum);
  return either([side, minus(side)], call('mul', call('sub', call('mul', num(2), draw), num(1)), total));
}
