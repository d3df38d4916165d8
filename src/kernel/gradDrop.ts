import { decide, keepsPositive, laneWeight, sidesOf, type Sides } from '../../kernels/graddrop.ts';
import type { Node } from '../graph/node.ts';
import { inlined } from '../graph/scalar.ts';
import { literal, type Affine } from './affine.ts';
import { call, num, type Code } from './code.ts';
import { applied, instantiate } from './scalarCode.ts';

const choose = (test: Code, yes: Code, no: Code): Code => call('where', test, yes, no);

/** What `signDropCode` needs from the translator. */
export interface Around {
  readonly value: (node: Node, at: readonly Affine[]) => Code;
  /**
   * Returns the sums over a counter i < n of each of the terms. `rare` says that the loop hardly
   * ever runs, so it is not unrolled.
   */
  readonly sums: (n: number, terms: (i: Affine) => readonly Code[], rare?: boolean) => Code[];
  readonly bits: boolean;
}

/**
 * Returns the code of the GradDrop merge at a place; see kernels/graddrop.ts. If G is g, or g times
 * a factor that all lanes share, one loop reads the lanes, and the merge chooses between the sums
 * over the two sides of g. Otherwise a second loop reads the lanes and multiplies each by its
 * weight. Loops that are rarely needed (for sums near the ends of float32, or where A is 0) stand
 * in one branch of a choice, so they are skipped elsewhere.
 */
export function signDropCode(node: Node<'signDrop'>, at: readonly Affine[], { value, sums, bits }: Around): Code {
  const [g, G, u] = node.inputs as [Node, Node, Node];
  const { leak, keepZero, factor, k, keep } = node.attrs;
  const here = u.shape.map((n, d) => (n === 1 ? literal(0) : at[d]!));
  const own = (i: Affine): Code => value(g, [i, ...at]);
  const leakOf = (i: Affine): Code => (leak ? value(node.inputs[3]!, [i]) : num(0));
  const A = keepZero ? value(node.inputs[leak ? 4 : 3]!, at) : undefined;

  const apply = applied(bits);
  const over = (terms: (i: Affine) => readonly Code[], rare = false): Code[] => sums(g.shape[0]!, terms, rare);
  const scaled = (term: (i: Affine) => Code, scale: Code): Sides<Code> =>
    over((i) => sidesOf(apply, call('mul', term(i), scale)), true) as [Code, Code];
  const s = factor && value(G, [literal(0), ...at]);
  const ofPurity = (P: Code): Code => instantiate(inlined(keep!), [P], bits);
  const keepsP = keepsPositive(apply, { k, keep: ofPurity }, value(u, here), s || undefined);

  if (G !== g && !factor) {
    const sign = (i: Affine): Code => value(G, [i, ...here]);
    const sides = over((i) => sidesOf(apply, sign(i))) as [Code, Code];
    // 1 where the positive side is kept, −1 where the negative side is, NaN where the purity is
    // undefined.
    const side = decide(
      apply,
      (scale) => (scale ? scaled(sign, scale) : sides),
      (p, n) => choose(keepsP(p, n), num(1), num(-1)),
    );
    const [merged] = over((i) => [call('mul', own(i), laneWeight(apply, sign(i), side, leakOf(i), A))]);
    return choose(call('less', side, num(2)), merged!, num(NaN));
  }

  const [p, n, pLeak, nLeak] = over((i) => [
    ...sidesOf(apply, own(i)),
    ...(leak ? sidesOf(apply, call('mul', own(i), leakOf(i))) : []),
  ]) as [Code, Code, Code?, Code?];
  const [up, down] = pLeak && nLeak ? [call('add', p, nLeak), call('add', n, pLeak)] : [p, n];
  const rest = pLeak && nLeak ? call('add', pLeak, nLeak) : num(0);
  // If the factor is NaN, the purity is undefined.
  const known = ([p, n]: Sides<Code>): Sides<Code> =>
    s ? [p, call('add', n, choose(call('equal', s, s), num(0), num(NaN)))] : [p, n];
  const y = decide(
    apply,
    (scale) => known(scale ? scaled(own, scale) : [p, n]),
    (P, N) => {
      const merged = choose(keepsP(P, N), up, down);
      // If s is A, the test of A below handles s = 0.
      return s && s !== A ? choose(call('equal', s, num(0)), rest, merged) : merged;
    },
  );
  if (!A) return y;
  const [all] = over((i) => [own(i)], true);
  return choose(call('notEqual', A, num(0)), y, choose(call('equal', y, y), all!, num(NaN)));
}
