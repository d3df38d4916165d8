// Writes what would otherwise be a second list of names: src/tensor/ops/named.ts, in which each
// entry of the elementwise table is a named function, and src/tensor/operationMethods.ts, in which
// each operation is a method of Tensor. Both repeat the operations' docstrings, because editors
// show the docstring of a declaration only. `--check` only reports whether the files are current.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const at = (path) => new URL(`../${path}`, import.meta.url);
const read = (path) => readFileSync(at(path), 'utf8');
const docstring = String.raw`(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)`;

const entry = new RegExp(
  `^ {2}${docstring}\\n {2}(\\w+): (unary|binary|ternary)\\((?:\\s*\\((\\w[\\w, ]*)\\) =>)?`,
  'gm',
);
const entries = [...read('kernels/elementwise.ts').matchAll(entry)].map(([, doc, name, arity, names]) => ({
  doc,
  name,
  arity,
  names,
}));

const functions = entries.map(
  ({ doc, name }) => `${doc.replace(/^ {2}/gm, '')}\nexport const ${name} = functions.${name};`,
);
const named = `// Made from the table in kernels/elementwise.ts by scripts/names.js, which \`npm run build\` runs.
import { elementwiseFunctions as functions } from './elementwise.ts';

${functions.join('\n')}
`;

/** Returns the text from the parenthesis that opens at `from` to the one that closes it. */
function parenthesised(text, from) {
  let depth = 0;
  for (let end = from; end < text.length; end++) {
    if (text[end] === '(') depth++;
    if (text[end] === ')' && --depth === 0) return text.slice(from, end + 1);
  }
  throw new Error(`names: a parenthesis must close, got ${text.slice(from, from + 40)}`);
}

/** The modules whose functions methods.ts makes methods. */
const modules = [...read('src/tensor/methods.ts').matchAll(/^import \* as \w+ from '\.\/ops\/(.*)';$/gm)].map(
  ([, file]) => file,
);

/** Returns the path, from src/tensor, of the module that a type comes from. */
function homeOf(type, text, file) {
  if (new RegExp(`^export (interface|type) ${type}\\b`, 'm').test(text)) return `./ops/${file}`;
  const [, from] = new RegExp(`^import [^;]*\\b${type}\\b[^;]* from '(.*)';`, 'm').exec(text) ?? [];
  if (from === undefined) throw new Error(`names: ${file} must export or import ${type}, which a method names`);
  return from.startsWith('./') ? from.replace('./', './ops/') : from.replace('../', './').replace('./../', '../');
}

const exported = new RegExp(
  `^${docstring}\\nexport (?:function |const )(\\w+)(?: = )?(?=\\(\\s*\\w+: TensorLike\\b)`,
  'gm',
);

/** Returns the operations of a module that are methods. */
function methodsOf(file) {
  const text = read(`src/tensor/ops/${file}`);
  return [...text.matchAll(exported)].map((match) => {
    const list = parenthesised(text, match.index + match[0].length);
    const [, result] = /^: (.+?) (?:=>|\{)/.exec(text.slice(match.index + match[0].length + list.length));
    const rest = list
      .replace(/\s+/g, ' ')
      .replace(/^\( ?\w+: TensorLike,? ?|,? ?\)$/g, '')
      .replace(/(\w+)(: (?:[^=,{]|\{[^}]*\})+) = (?:\{\}|\[\]|[^,]+)/g, '$1?$2');
    const types = `${rest} ${result}`.match(/\b[A-Z]\w+/g) ?? [];
    return {
      doc: match[1],
      name: match[2],
      rest,
      result,
      types: types.map((type) => [type, homeOf(type, text, file)]),
    };
  });
}

/** The arguments of an entry's method: all but the first, with the names that the table uses. */
const arities = { unary: ['x'], binary: ['a', 'b'], ternary: ['a', 'b', 'c'] };
const operands = ({ arity, names }) =>
  (names?.split(', ') ?? arities[arity])
    .slice(1, arities[arity].length)
    .map((operand) => `${operand}: TensorLike`)
    .join(', ');

const methods = [
  ...entries.map((e) => ({ ...e, rest: operands(e), result: 'Tensor', types: [] })),
  ...modules.flatMap(methodsOf),
];
const homes = new Map([['Tensor', './tensor.ts'], ['TensorLike', './tensor.ts'], ...methods.flatMap((m) => m.types)]);
/** Orders names as `sort` does. */
const ascending = (a, b) => (a < b ? -1 : Number(a > b));
const imports = [...new Set(homes.values())].sort(ascending).map(
  (from) =>
    `import type { ${[...homes.keys()]
      .filter((t) => homes.get(t) === from)
      .sort(ascending)
      .join(', ')} } from '${from}';`,
);

/** Returns a docstring that is indented by two and ends at column 100. */
function indented(doc) {
  const words = doc
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/^ *\*/gm, '')
    .split(/\s+/)
    .filter((w) => w !== '');
  const lines = [''];
  for (const word of words) {
    if (lines.at(-1).length + 1 + word.length > 95) lines.push('');
    lines.push(`${lines.pop()} ${word}`);
  }
  if (lines.length === 1 && lines[0].length <= 92) return `  /**${lines[0]} */`;
  return ['  /**', ...lines.map((line) => `   *${line}`), '   */'].join('\n');
}

const declarations = methods.map(
  ({ doc, name, rest, result }) => `${indented(doc)}\n  readonly ${name}: (${rest}) => ${result};`,
);
const operationMethods = `// Made from the operations' docstrings by scripts/names.js, which \`npm run build\` runs.
${imports.join('\n')}

/** Operations as methods of their first tensor: \`x.tanh()\` is \`tanh(x)\`. */
export interface OperationMethods {
${declarations.join('\n')}
}
`;

const isThere = (path) => readdirSync(at(path.replace(/[^/]*$/, ''))).includes(path.replace(/.*\//, ''));
for (const [path, text] of [
  ['src/tensor/ops/named.ts', named],
  ['src/tensor/operationMethods.ts', operationMethods],
]) {
  if (isThere(path) && read(path) === text) continue;
  if (process.argv.includes('--check')) {
    console.error(`names: ${path} is not what the operations say; run npm run names`);
    process.exitCode = 1;
  } else writeFileSync(at(path), text);
}
