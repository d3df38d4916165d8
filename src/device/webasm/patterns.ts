import type { Ast } from './wasmKernel.ts';

/** Whether e is this.thread.x, or of another axis. */
export const isThread = (e: Ast, axis: string): boolean =>
  e.type === 'MemberExpression' && !e.computed && e.object!.property?.name === 'thread' && e.property!.name === axis;

const isCall = (e: Ast, ...names: readonly string[]): boolean =>
  e.type === 'CallExpression' && names.includes(e.callee!.property?.name ?? '');

/** a and b where e is Math.floor(a / b), or Math.trunc(a / b): then what float32 may not hold is divided. */
export function quotientOf(e: Ast): { readonly parts: readonly [Ast, Ast]; readonly isLarge: boolean } | undefined {
  if (!isCall(e, 'floor', 'trunc')) return undefined;
  const { type, operator, left, right } = e.arguments![0]!;
  if (type !== 'BinaryExpression' || operator !== '/') return undefined;
  return { parts: [left!, right!], isLarge: isCall(e, 'trunc') };
}

/** e and n where the whole is Math.min(Math.max(e, 0), n): a place held inside an array. */
export function placeOf(whole: Ast): readonly [Ast, number] | undefined {
  const [inside, n] = isCall(whole, 'min') ? whole.arguments! : [];
  return inside && isCall(inside, 'max') ? [inside.arguments![0]!, n!.value as number] : undefined;
}

/** n where e is p * Math.pow(2, Math.trunc(n)): what `timesTwoTo` is written as. */
export function exponentOf({ type, operator, right }: Ast): Ast | undefined {
  if (type !== 'BinaryExpression' || operator !== '*' || right!.callee?.property?.name !== 'pow') return undefined;
  const [base, n] = right!.arguments!;
  return base!.value === 2 && n!.callee?.property?.name === 'trunc' ? n!.arguments![0] : undefined;
}

/** x where e is Math.floor(Math.log2(x)): what `exponentOf` is written as, for x > 0. */
export function floorOfLog2({ callee, arguments: args }: Ast): Ast | undefined {
  const inside = args![0]!;
  return callee!.property?.name === 'floor' && inside.callee?.property?.name === 'log2'
    ? inside.arguments![0]
    : undefined;
}

/** A number that is written out, if e is one and whole. */
const wholeNumber = (e: Ast): number | undefined => (Number.isInteger(e.value) ? (e.value as number) : undefined);

/** p and n where e is p + n for a whole number n that is written out; no p where e is n itself, 0 where there is no n. */
export function plusNumber(e: Ast): readonly [Ast | undefined, number] {
  const alone = wholeNumber(e);
  if (alone !== undefined) return [undefined, alone];
  const n = e.type === 'BinaryExpression' && e.operator === '+' ? wholeNumber(e.right!) : undefined;
  return n === undefined ? [e, 0] : [e.left!, n];
}

/** The names in a tree. */
export function namesIn(tree: unknown, all = new Set<string>()): ReadonlySet<string> {
  if (typeof tree !== 'object' || tree === null) return all;
  const { name } = tree as Ast;
  if (name !== undefined) all.add(name);
  Object.values(tree).forEach((part) => namesIn(part, all));
  return all;
}

/** A kernel in which what is behind a guard is a block that bears the test: its variables are the same for neighbours. */
export function unguarded(tree: Ast): Ast {
  const block = (s: Ast): Ast =>
    s.type === 'IfStatement' && !s.alternate ? ({ ...s.consequent, test: s.test } as Ast) : s;
  return { ...tree, body: { ...tree.body, body: tree.body!.body!.map(block) } as unknown as NonNullable<Ast['body']> };
}
