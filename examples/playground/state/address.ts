import { mostBytes, pack, unpack } from './packed.ts';

export const rooms = ['figure-1', 'workbench'] as const;
export type Room = (typeof rooms)[number];

export const deviceNames = ['reference', 'cpu', 'webasm', 'webgl', 'webgl2', 'webgpu'] as const;

export const tabs = ['Numbers', 'Rule', 'Kernel', 'Merge'] as const;
export type Tab = (typeof tabs)[number];

const isBookmark = (text: string | null): text is string =>
  text !== null && /^(read|sweep):\d{1,6}:\d{1,6}$/.test(text);

/**
 * A node by its place in the program: the nth that this place made. Ids change with the program.
 */
export interface Spot {
  readonly line: number;
  readonly column: number;
  readonly nth: number;
}

/** What an address says. What it leaves out is as it is at first. */
export interface Address {
  readonly room: Room;
  readonly program?: string;
  /** The name of a program of ours. */
  readonly sample?: string;
  readonly spot?: Spot;
  readonly step?: number;
  readonly device?: string;
  /** What the graph shows: the kind and the place of a bookmark, as `read:12:3`. */
  readonly bookmark?: string;
  /** The order of the derivative that is shown. */
  readonly level?: number;
  /** The tab of the inspector. */
  readonly tab?: Tab;
  /** Keys that belong to rooms, or to later versions: they are kept as they are. */
  readonly others: Readonly<Record<string, string>>;
  /** A sentence, if a part of the address cannot be read. */
  readonly problem?: string;
}

const longestHash = 1_000_000;
const own = ['c', 's', 'n', 't', 'd', 'b', 'l', 'i'];

const whole = (text: string | null, most: number): number | undefined =>
  text !== null && /^\d{1,9}$/.test(text) && Number(text) <= most ? Number(text) : undefined;

function spotOf(text: string | null): Spot | undefined {
  const parts = text?.split(':').map((part) => whole(part, 1e6)) ?? [];
  const [line, column, nth] = parts;
  if (parts.length !== 3 || line === undefined || column === undefined || nth === undefined) return undefined;
  return { line, column, nth };
}

const broken = (problem: string): Address => ({ room: 'figure-1', others: {}, problem });

/**
 * Reads the part of an address behind the `#`: `v1/workbench?s=chain`, or `workbench` alone. It may
 * come from anybody, so it never throws; what cannot be read leads to the front page, with a
 * sentence.
 */
export function readAddress(hash: string): Address {
  const text = hash.replace(/^#/, '');
  if (text.length > longestHash) return broken('The link is too long to be read.');
  const [path = '', ...query] = text.split('?');
  const version = /^v(\d+)\//.exec(path);
  if (version && version[1] !== '1')
    return broken(`The link is of version ${version[1]!.slice(0, 9)}; this page reads version 1.`);
  const name = path.replace(/^v1\//, '');
  const room = name === '' ? 'figure-1' : rooms.find((candidate) => candidate === name);
  if (room === undefined) return broken('The link names a room that this page does not have.');
  const params = new URLSearchParams(query.join('?'));
  const others: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [key, value] of params) if (!own.includes(key)) others[key] = value;

  const packed = params.get('c');
  const program = packed === null ? undefined : unpack(packed);
  const sample = params.get('s');
  const spot = spotOf(params.get('n'));
  const step = whole(params.get('t'), 1e6);
  const device = deviceNames.find((candidate) => candidate === params.get('d'));
  const bookmark = params.get('b');
  const level = whole(params.get('l'), 99);
  const tab = tabs.find((candidate) => candidate === params.get('i'));
  if (packed !== null && program === undefined)
    return {
      ...broken(`The program in the link cannot be read; it is damaged, or above ${mostBytes / 1024} KB.`),
      others,
    };
  return {
    room,
    others,
    ...(program !== undefined && { program }),
    ...(sample !== null && { sample }),
    ...(spot && { spot }),
    ...(step !== undefined && { step }),
    ...(device !== undefined && { device }),
    ...(isBookmark(bookmark) && { bookmark }),
    ...(level !== undefined && { level }),
    ...(tab !== undefined && { tab }),
  };
}

/** Tells whether a program is too long for a link. */
export const isTooLong = (program: string): boolean =>
  program.length > mostBytes || new TextEncoder().encode(program).length > mostBytes;

/**
 * Returns the part of an address behind the `#`. A program above 64 KB is left out, because its
 * link could not be read.
 */
export function writeAddress(address: Address): string {
  const { room, program, sample, spot, step, device, bookmark, level, tab, others } = address;
  const params = new URLSearchParams();
  if (program !== undefined && !isTooLong(program)) params.set('c', pack(program));
  if (sample !== undefined) params.set('s', sample);
  if (spot) params.set('n', `${spot.line}:${spot.column}:${spot.nth}`);
  if (step !== undefined) params.set('t', String(step));
  if (device !== undefined) params.set('d', device);
  if (isBookmark(bookmark ?? null)) params.set('b', bookmark!);
  if (level !== undefined) params.set('l', String(level));
  if (tab !== undefined) params.set('i', tab);
  for (const [key, value] of Object.entries(others)) if (!own.includes(key)) params.append(key, value);
  const query = params.toString();
  return query === '' ? room : `v1/${room}?${query}`;
}
