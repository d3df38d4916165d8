import { UsageError } from '../report/usage.ts';
import { headOf, meanLoss, type Any } from './evaluate.ts';

const isCount = (x: unknown): boolean => Number.isInteger(x) && (x as number) > 0;

/** Throws a usage error that begins with `compare:` unless `holds`. */
function must(holds: boolean, text: string): void {
  if (!holds) throw new UsageError(`compare: ${text}`);
}

/** Throws a usage error if a comparison lacks something or contradicts itself. */
export function checkComparison(given: Any): void {
  const { name, model, losses, metrics = {}, methods, steps, batch = 1, seeds = 1, searchSeeds = 1 } = given;
  must(/^[a-z0-9][a-z0-9-]*$/i.test(name), `name must have letters, digits and '-' only, got '${name}'`);
  for (const part of ['init', 'trunk'] as const)
    must(typeof model?.[part] === 'function', `model.${part} must be a function`);
  must(Object.keys(model.heads ?? {}).length > 0, 'model.heads must name one head or more');
  must(Object.keys(losses ?? {}).length > 1, 'losses must name two losses or more');
  for (const [loss, value] of Object.entries(losses)) {
    const { head } = headOf(loss, value);
    const heads = Object.keys(model.heads).join(', ');
    must(head in model.heads, `loss '${loss}' must have a head of that name, or { head, of } with one of ${heads}`);
  }
  must(
    !(meanLoss in metrics) && !('error' in metrics && Object.keys(metrics)[0] !== 'error'),
    `a metric must not be called '${meanLoss}', and 'error' only if it is the first`,
  );
  must(Array.isArray(methods), 'methods must be a list of names and of { name: (key) => rule }');
  must(isCount(steps), `steps must be a positive integer, got ${steps}`);
  must(isCount(batch), `batch must be a positive integer, got ${batch}`);
  must(isCount(seeds) && isCount(searchSeeds), 'seeds and searchSeeds must be positive integers');
  const { detect = 1, decays = [1] } = given;
  must(detect >= 0.1 && detect <= 10, `detect must be from 0.1 to 10, got ${detect}`);
  must(
    decays.length > 0 && decays.every((decay) => decay > 0 && decay < Infinity),
    `decays must be positive, got ${decays.join(', ')}`,
  );
  const rates = given.rates ?? [1];
  must(
    rates.length > 0 && rates.every((rate, i) => rate > (rates[i - 1] ?? 0) && rate < Infinity),
    `rates must be positive and ascending, got ${rates.join(', ')}`,
  );
}
