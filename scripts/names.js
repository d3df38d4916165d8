// Writes src/tensor/ops/named.ts, in which each entry of the elementwise table is a named function
// with the entry's docstring. The names that a module exports must be written down; generating them
// avoids a second list. `--check` only reports whether the file is current.
import { readFileSync, writeFileSync } from 'node:fs';

const at = (path) => new URL(`../${path}`, import.meta.url);
const table = readFileSync(at('kernels/elementwise.ts'), 'utf8');
const entry = /^ {2}(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)\n {2}(\w+): (?:unary|binary|ternary)\(/gm;

const lines = [...table.matchAll(entry)].map(
  ([, doc, name]) => `${doc.replace(/^ {2}/gm, '')}\nexport const ${name} = functions.${name};`,
);
const text = `// Made from the table in kernels/elementwise.ts by scripts/names.js, which \`npm run build\` runs.
import { elementwiseFunctions as functions } from './elementwise.ts';

${lines.join('\n')}
`;

const file = at('src/tensor/ops/named.ts');
const current = (() => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
})();
if (process.argv.includes('--check')) {
  if (current !== text) {
    console.error('names: src/tensor/ops/named.ts is not what kernels/elementwise.ts says; run npm run names');
    process.exitCode = 1;
  }
} else if (current !== text) writeFileSync(file, text);
