import { entrant, type Api } from './entrant.ts';
import type { Half } from './half.ts';
import { dispatch, type Dispatch } from './dispatch.ts';
import { lists, type Place } from './lists.ts';
import type { Start } from './measure.ts';
import type { Told } from './messages.ts';
import { start } from './process.ts';
import { needChromium, needPeers } from './needed.ts';
import { serve } from './pages/serve.ts';
import { sweeps, tiny, type Point, type Sweep } from './sweeps.ts';
import { graphics, open } from './pages/tab.ts';

/** Two of our devices in Node, two in a page. */
const apis = ['cpu', 'wasm', 'webgl2', 'webgpu'] as const;

/** Times in milliseconds. */
export interface CurvePoint extends Told {
  readonly x: number;
  readonly least: number;
  readonly cpu: number;
  /** The first call, compilation included. */
  readonly first: number;
}

export interface Curve {
  readonly device: string;
  readonly points: readonly CurvePoint[];
}

/** A sweep, measured. */
export interface Swept {
  readonly name: string;
  readonly axis: string;
  readonly curves: readonly Curve[];
}

export interface Curves {
  readonly sweeps: readonly Swept[];
  readonly dispatch: readonly ({ readonly device: string } & Dispatch)[];
}

/** A curve ends with a call that takes longer: milliseconds. */
const longest = 1000;

async function pointOf(point: Point, place: Place, api: Api, seconds: number, start: Start): Promise<CurvePoint> {
  const running = await start(entrant('cotangent', point, api), place);
  try {
    const { first } = await running.ask('start', {});
    await running.ask('time', { seconds: seconds / 4 });
    const { wall, cpu } = await running.ask('time', { seconds });
    return { x: point.x, least: Math.min(...wall), cpu, first, ...(await running.ask('tell', {})) };
  } finally {
    await running.end();
  }
}

const deviceOf = (api: Api): string => entrant('cotangent', tiny[0], api).backend;

async function sweep({ name, axis, points }: Sweep, seconds: number, startOf: (api: Api) => Start): Promise<Swept> {
  const first = lists.sweeps.indexOf(points[0]!);
  const curves: Curve[] = [];
  for (const api of apis) {
    const curve: CurvePoint[] = [];
    for (const [i, point] of points.entries()) {
      curve.push(await pointOf(point, { list: 'sweeps', at: first + i }, api, seconds, startOf(api)));
      if (curve.at(-1)!.least > longest) break;
    }
    curves.push({ device: deviceOf(api), points: curve });
  }
  return { name, axis, curves };
}

const dispatchGroup = 'DISPATCH';

/** Our library alone, over sizes, batches, depths and lanes, on each device. */
export const curves: Half = {
  command: 'bench:curves',
  name: 'curves',
  summary:
    'How the cost grows with size, batch, depth and lanes, on cpu and webasm in Node, and on webgl2 and webgpu in Chromium.',
  groups: [...sweeps.map(({ name }) => name.toUpperCase()), dispatchGroup],
  async measure({ only, seconds }, progress) {
    needPeers();
    needChromium();
    const served = await serve();
    const inPage: Start = (told, place) => open(served.url, told, place);
    const startOf = (api: Api): Start => (api.startsWith('web') ? inPage : start);
    try {
      const asked = sweeps.filter(({ name }) => only.includes(name.toUpperCase()));
      const swept: Swept[] = [];
      for (const s of asked) {
        progress(s.name, swept.length / (asked.length + 1));
        swept.push(await sweep(s, seconds, startOf));
      }
      const costs: Curves['dispatch'][number][] = [];
      for (const api of only.includes(dispatchGroup) ? apis : []) {
        progress(`dispatch on ${api}`, asked.length / (asked.length + 1));
        costs.push({ device: deviceOf(api), ...(await dispatch(api, startOf(api))) });
      }
      return { graphics: await graphics(served.url), workloads: [], curves: { sweeps: swept, dispatch: costs } };
    } finally {
      await served.close();
    }
  },
};
