import type { Figure1State } from './figure1State.ts';

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'];
const numberWords = ['no', 'One', 'Two', 'Three', 'Four', 'Five', 'Six'];

/**
 * Returns a program that does with cotangent what the picture shows: examples/4-two-gradients.ts
 * with these gradients, this k and this leak.
 */
export function programOf({ gradients, k, leak, seed }: Figure1State): string {
  const losses = gradients[0]!.length;
  const lanes = Array.from({ length: losses }, (_, i) => `[${gradients.map((row) => row[i]).join(', ')}]`);
  const terms = lanes.map((lane, i) => `  const ${ordinals[i]} = lanes.at(${i}).mul(tensor(${lane})).sum();`);
  const names = lanes.map((_, i) => ordinals[i]!);
  const total = names.slice(1).reduce((text, name) => `${text}.add(${name})`, names[0]!);
  const options = [
    'key: k',
    `marginalize: 'none'`,
    ...(k === 1 ? [] : [`k: ${k}`]),
    ...(leak === 0 ? [] : [`leak: ${leak}`]),
  ];
  const subject = losses === 1 ? 'One loss' : `${numberWords[losses]} losses`;
  return `// ${subject} and one shared layer, and the gradient that GradDrop sends back (Chen et al. 2020,
// Figure 1). The numbers are those of the picture.
import { fanOut, grad, gradDrop, key, lanesReport, ones, setDevice, sumLanes, tensor, vmap, type Tensor } from 'cotangent';

await setDevice('reference');

const h = tensor([${gradients.map(() => 1).join(', ')}]);
const k = key(${seed});
const options = { ${options.join(', ')} } as const;

/** The sum of the losses. Each reads its own lane of h; the numbers are their gradients. */
const total = (lanes: Tensor) => {
${terms.join('\n')}
  return ${total};
};

// With the sum as the rule, this is an ordinary backward pass.
const plain = (h: Tensor) => total(fanOut(h, ${losses}, sumLanes()));
console.log('sum     ', await grad(plain)(h).array());

// GradDrop keeps the gradients of one sign at each position.
const dropped = (h: Tensor) => total(gradDrop(h, ${losses}, options));
console.log('GradDrop', await grad(dropped)(h).array());

// The sign is drawn with the purity P = positive part / sum of absolute values.
const lanes = tensor([
${lanes.map((lane) => `  ${lane},`).join('\n')}
]);
const report = lanesReport(lanes, h, options);
console.log('purity  ', await report.purity.array());

// 2000 draws at once: under vmap every example has its own draw.
const draws = (await vmap(grad(dropped))(ones([2000, ${gradients.length}])).array()) as number[][];
for (let position = 0; position < ${gradients.length}; position++) {
  const results = draws.map((row) => row[position]!);
  const mean = results.reduce((a, b) => a + b, 0) / results.length;
  const variance = results.reduce((a, b) => a + (b - mean) ** 2, 0) / results.length;
  console.log('position', position + 1, 'results', new Set(results), 'mean', mean, 'variance', variance.toFixed(2));
}
`;
}
