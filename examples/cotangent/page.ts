import type { Common, Report } from '../report/experiment.ts';
import { escape, page } from '../report/html.ts';
import { versions } from './versions.ts';

/** Returns the report as one HTML page, with the command and the versions that reproduce it. */
export function pageOf({ title, body }: Report, command: string, { device, seed, profile }: Common): string {
  const used = Object.entries(versions()).map(([name, version]) => `${name} ${version}`);
  const run = `<pre>${escape(command)}</pre>
<p>${escape(`Profile ${profile}, seed ${seed}, device ${device}; ${used.join(', ')}.`)}</p>`;
  return page(title, `${run}\n${body}`);
}
