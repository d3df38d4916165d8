// The service worker: after one visit the page opens without a network. What was stored is served
// from the store; a new build brings a new list, and takes over when no tab shows the old one.

/** The files of the build, and a name that changes with them; written by build/offline.ts. */
declare const __FILES__: readonly string[];
declare const __BUILD__: string;

/** The parts of a service worker's world that are used here; the compiler knows pages alone. */
interface Extendable extends Event {
  waitUntil(promise: Promise<unknown>): void;
}
interface Fetching extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const prefix = 'cotangent-playground-';
const name = prefix + __BUILD__;

addEventListener('install', (event) =>
  (event as Extendable).waitUntil(caches.open(name).then((cache) => cache.addAll(['./', ...__FILES__]))),
);

addEventListener('activate', (event) => {
  const isOld = (key: string): boolean => key.startsWith(prefix) && key !== name;
  const clean = async (): Promise<unknown> =>
    Promise.all((await caches.keys()).filter(isOld).map((key) => caches.delete(key)));
  (event as Extendable).waitUntil(clean());
});

async function answer(request: Request): Promise<Response> {
  // A host may vary its answers by origin or encoding; the file is the same.
  const stored = await caches.match(request, { ignoreSearch: true, ignoreVary: true });
  if (stored) return stored;
  const response = await fetch(request);
  // What is too large to be stored in advance is stored when it was needed.
  if (response.ok) await (await caches.open(name)).put(request, response.clone());
  return response;
}

addEventListener('fetch', (event) => {
  const fetching = event as Fetching;
  const { request } = fetching;
  const isOwn = request.method === 'GET' && request.url.startsWith(location.origin);
  if (isOwn) fetching.respondWith(answer(request));
});
