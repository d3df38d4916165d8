import { existsSync } from 'node:fs';
import { UsageError } from '../../examples/report/usage.ts';
import { chromium } from '../support/chromium.ts';

/** The peers have a manifest of their own. */
export function needPeers(): void {
  if (!existsSync(new URL('node_modules/@jax-js/jax', import.meta.url)))
    throw new UsageError('the peers must be installed, by npm ci --prefix test/bench');
}

export function needChromium(): void {
  if (chromium === undefined) throw new UsageError('Chromium must be installed; CHROMIUM names its path');
}
